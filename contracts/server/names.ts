import { expectClientError } from './client-error.ts';
import type { Bench, DirectCheck } from './direct-check.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import { Unmet } from './violation.ts';

/** What a server makes of `sessionName`, and how it lists the names at the limit. */
export const nameChecks: readonly DirectCheck[] = [
  {
    // 3.2, 3.3: all of these have at most 100 characters by code points and by code units alike (AMB-11).
    rule: 'server/create/accept-name-of-100',
    async run(bench) {
      for (const [what, name] of Object.entries(NAMES_OF_100)) {
        const device = bench.device(`phone (${what})`);
        const answer = await bench.triedBy(device, name);
        if (device.endpoint === undefined)
          throw bench.violation('a session', describeAnswer(answer), `A name of ${what} is refused.`);
        await bench.finish(device);
      }
    },
  },
  {
    // 3.2, AMB-11: 101 characters of one code unit each are too many by every count.
    rule: 'server/create/refuse-name-of-101',
    async run(bench) {
      for (const character of ['n', 'ł']) {
        const device = bench.device(`phone (${character})`);
        const answer = await bench.triedBy(device, character.repeat(101));
        expectClientError(bench, answer, `A name of 101 × ${character} is accepted.`);
      }
    },
  },
  {
    // 3.22 … with `name` as given at its creation.
    rule: 'server/create/keep-name',
    async run(bench) {
      const { limit } = bench.subject;
      for (let from = 0; from < HOSTILE_NAMES.length; from += limit) {
        const names = Array.from({ length: limit }, (_, n) => HOSTILE_NAMES[from + n] ?? `filler ${n}`);
        const listed = await listOf(bench, names);
        const changed = names.filter((name) => !listed.includes(name));
        if (changed.length > 0) {
          throw bench.violation(
            changed.map((name) => JSON.stringify(name)).join(', '),
            listed.map((name) => JSON.stringify(name)).join(', ') || 'no list',
            'A name comes back changed.',
          );
        }
      }
    },
  },
  {
    // 3.22 `activeSessions` MUST list every session of the pool and no other, oldest first.
    rule: 'server/limit/list-oldest-first',
    lacks: ({ limit }) => (limit < 2 ? 'A limit of one session has no order.' : undefined),
    async run(bench) {
      const devices = await bench.fill();
      const [first, second, ...others] = devices;
      // Coming back makes a session no younger, and a new one goes to the end.
      first!.wire!.cut();
      await bench.connectedBy(first!);
      await bench.finish(second!);
      const newest = bench.device('newest');
      await bench.createdBy(newest, 'newest');
      await bench.connectedBy(newest);
      const answer = await bench.triedBy(bench.device('late'), 'late');
      const read = readAnswer(answer);
      if (read.kind !== 'limit-reached')
        throw new Unmet(`It needs a refusal at the limit, and got ${describeAnswer(answer)}`);
      const listed = (read.activeSessions ?? []).map(({ name }) => name);
      const expected = [first!, ...others, newest].map(({ name }) => name);
      if (listed.join('\n') === expected.join('\n')) return;
      throw bench.violation(
        expected.join(', '),
        listed.join(', ') || 'no list',
        'activeSessions does not begin with the oldest session.',
      );
    },
  },
];

const NAMES_OF_100 = {
  '100 characters': 'n'.repeat(100),
  '100 characters beyond ASCII': 'ł'.repeat(100),
  '50 characters of two code units': '🎬'.repeat(50),
};

const HOSTILE_NAMES = [
  'Łódź 🎬 "Kino" <b>',
  'עברית عربى',
  "O'Brien & søn\\",
  '  two spaces before and one after ',
  'tab\tand\nnewline',
  '%s {0} ${name} &amp;',
];

/** What a full pool of sessions with these names lists; their devices leave. */
async function listOf(bench: Bench, names: readonly string[]): Promise<string[]> {
  const devices = names.map((_, n) => bench.device(`device ${n + 1} of ${bench.devices.length}`));
  for (const [n, device] of devices.entries()) {
    await bench.createdBy(device, names[n]!);
    await bench.connectedBy(device);
  }
  const late = bench.device('late');
  const read = readAnswer(await bench.triedBy(late, 'late'));
  for (const device of [...devices, late]) await bench.finish(device);
  return read.kind === 'limit-reached' ? (read.activeSessions ?? []).map(({ name }) => name) : [];
}
