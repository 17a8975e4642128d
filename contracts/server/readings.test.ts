import { describe, expect, it } from 'vitest';
import type { Settings } from '../../protocol/settings.ts';
import { applyGate } from '../../reports/gate.ts';
import type { Ambiguity, Result } from '../../reports/result.ts';
import type { ServerMutant } from '../mutants/server/mutant.ts';
import { startServer } from '../mutants/server/start-mutant.ts';
import { Readings } from './readings.ts';
import { testServer } from './server-contract.ts';

/** Judges a server by the rules whose checks show a reading, and no others. */
async function judge(
  server: Pick<ServerMutant, 'settings' | 'tamper'>,
  rules = '{server/disabled/*,server/robustness/keep-session}',
): Promise<Result> {
  await using started = await startServer(server);
  return await testServer(started.subject, { seed: 1, runs: 0, rules });
}

function readingOf({ ambiguities }: Result, id: string): Ambiguity | undefined {
  return ambiguities.find((entry) => entry.id === id);
}

/** What `--strict` finds fault with. */
function strictProblems(result: Result): string[] {
  const { gate } = applyGate(result, { today: '2026-11-22', strict: true });
  return gate!.problems.map(({ rule }) => rule);
}

/** Whatever of the judged rules does not hold: no reading may cost one of them. */
function brokenRules({ rules }: Result): string[] {
  return rules.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id);
}

/** Each entry of the register with the settings of a server that has another reading, and its words. */
const OTHER_READINGS: readonly [id: string, settings: Partial<Settings>, observed: string][] = [
  ['AMB-1', { disabledShape: 'status' }, 'status "disabled" alone'],
  ['AMB-1', { disabledShape: 'enabled' }, 'enabled false alone'],
  ['AMB-8', { requireSessionName: true }, 'no'],
  ['AMB-9', { badFrames: 'close' }, 'closes the connection'],
  ['AMB-11', { nameLengthUnit: 'utf-16' }, 'UTF-16 units'],
];

const closesAfterBinary: Pick<ServerMutant, 'tamper'> = {
  tamper: (simulator) => ({
    receive: async (connectionId, data) => {
      if (typeof data !== 'string') await simulator().runtime.drop(connectionId, 1003);
      return typeof data !== 'string';
    },
  }),
};

/** Refuses a create by what its body says of the name. */
function refuseNames(isRefused: (name: unknown) => boolean): Pick<ServerMutant, 'tamper'> {
  return {
    tamper: () => ({
      async answer(request, next) {
        if (request.method !== 'POST') return next(request);
        const { sessionName } = (await request.clone().json()) as { sessionName?: unknown };
        if (!isRefused(sessionName)) return next(request);
        return Response.json({ code: 'InvalidRequest', message: 'No.' }, { status: 422 });
      },
    }),
  };
}

describe('what a server does where the documents leave a choice', () => {
  it('is told of one that has the first reading of each, and --strict lets it pass', async () => {
    const result = await judge({});
    expect(brokenRules(result)).toEqual([]);
    expect(result.ambiguities.map(({ id, observed }) => [id, observed])).toEqual([
      ['AMB-1', 'status "disabled" and enabled false'],
      ['AMB-3', '403'],
      ['AMB-4', 'the sessions of the pool'],
      ['AMB-5', 'yes'],
      ['AMB-6', undefined],
      ['AMB-7', 'after EXPIRED: yes; after FINISHED: yes'],
      ['AMB-8', 'yes'],
      ['AMB-9', 'ignores them'],
      ['AMB-10', 'yes'],
      ['AMB-11', 'code points'],
      ['4.40', 'when it has requested'],
    ]);
    expect(strictProblems(result)).toEqual([]);
  });

  it.concurrent.each(OTHER_READINGS)(
    '%s: %o is no failure, and closes the gate of --strict',
    async (id, settings, observed) => {
      const result = await judge({ settings });
      expect(readingOf(result, id)?.observed).toBe(observed);
      expect(brokenRules(result)).toEqual([]);
      expect(strictProblems(result)).toEqual([id]);
    },
  );

  it.concurrent('AMB-8: tells a name that is left out from an empty one', async () => {
    const result = await judge(refuseNames((name) => name === ''));
    expect(readingOf(result, 'AMB-8')?.observed).toBe('left out: yes; empty: no');
    expect(strictProblems(result)).toEqual(['AMB-8']);
  });

  it.concurrent('AMB-9: says which frames close the connection where not all do', async () => {
    const result = await judge(closesAfterBinary);
    expect(readingOf(result, 'AMB-9')?.observed).toBe(
      'closes the connection after a binary message; ignores the others',
    );
    expect(brokenRules(result)).toEqual([]);
    expect(strictProblems(result)).toEqual(['AMB-9']);
  });

  it.concurrent.each([
    ['that takes names of any length', { settings: { maxNameLength: 100_000 } }],
    ['whose names have 99 characters at most', { settings: { maxNameLength: 99 } }],
    ['that counts bytes', refuseNames((name) => Buffer.byteLength(String(name)) > 100)],
  ])('AMB-11: claims no unit of a server %s', async (_, server) => {
    const result = await judge(server);
    expect(readingOf(result, 'AMB-11')?.observed).toBe('neither code points nor UTF-16 units');
    expect(strictProblems(result)).toEqual(['AMB-11']);
  });

  it.concurrent('says nothing of names where no session is granted by any name', async () => {
    const result = await judge(refuseNames(() => true));
    expect(readingOf(result, 'AMB-8')).not.toHaveProperty('observed');
    expect(readingOf(result, 'AMB-11')).not.toHaveProperty('observed');
    expect(strictProblems(result)).toEqual([]);
  });

  it.concurrent('says nothing where no check shows it, or no publisher with DRISC off is known', async () => {
    await using started = await startServer({});
    const subject = { ...started.subject, disabledPublisher: undefined };
    const options = { seed: 1, runs: 0, rules: 'server/disabled/*' };
    const result = await testServer(subject, options);
    expect(readingOf(result, 'AMB-1')).not.toHaveProperty('observed');
    expect(readingOf(result, 'AMB-9')).not.toHaveProperty('observed');
  });
});

it('sets readings that differ side by side, each of them once', () => {
  const readings = new Readings();
  for (const disabledShape of ['both', 'status', 'both'] as const) readings.noteSettings({ disabledShape });
  expect(readings.describe()[0]).toEqual({
    id: 'AMB-1',
    question: 'Which members say that DRISC is disabled?',
    observed: 'status "disabled" and enabled false / status "disabled" alone',
    assumed: 'status "disabled" and enabled false',
  });
});
