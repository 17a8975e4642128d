import fc from 'fast-check';
import type { Setup, Situation, Step } from '../client/situation.ts';
import { say, wait, watch } from '../client/situations/steps.ts';

/** A piece of a made-up situation, and whether the client holds a session afterwards. */
interface Episode {
  readonly steps: readonly Step[];
  readonly leaves: 'session' | 'nothing';
}

const goesOn = (...steps: (Step | readonly Step[])[]): Episode => ({
  steps: steps.flat(),
  leaves: 'session',
});
const ends = (...steps: (Step | readonly Step[])[]): Episode => ({ steps: steps.flat(), leaves: 'nothing' });

const RETURN: readonly Step[] = [wait('ok', 9_000), wait('playing', 1_500)];
const PONG: Step = wait('pong', 7_000);

/** What a server, a network and a household may do at any time. */
const LAWFUL: readonly fc.Arbitrary<Episode>[] = [
  fc.integer({ min: 1, max: 4 }).map((times) => goesOn({ do: 'ping', times }, PONG)),
  fc.constantFrom('Tablet', 'Phone').map((name) => goesOn({ do: 'device', name, does: 'create' }, PONG)),
  fc.constant(goesOn({ do: 'device', name: 'Tablet', does: 'finish' })),
  fc.constant(goesOn({ do: 'cut' }, RETURN)),
  fc.constantFrom(1000, 1001, 1011, 1012, 4000, 4999).map((code) => goesOn({ do: 'close', code }, RETURN)),
  fc.constant(
    goesOn(
      { do: 'hold', action: 'OK' },
      { do: 'cut' },
      wait('requested', 8_000),
      watch(300),
      { do: 'ping' },
      { do: 'release' },
      wait('playing', 2_000),
      PONG,
    ),
  ),
  fc
    .integer({ min: 1, max: 2 })
    .map((times) => goesOn({ do: 'refuse', status: 503, times }, { do: 'cut' }, RETURN)),
  fc.constant(ends({ do: 'terminate' }, wait('stopped', 2_500), watch(1_600))),
  fc
    .constantFrom('Tablet', 'TV')
    .map((name) => ends({ do: 'device', name, does: 'take-over' }, wait('stopped', 2_500), watch(1_600))),
  fc.constant(ends({ do: 'stop' }, wait('finished', 2_500), wait('stopped', 2_500), watch(600))),
  fc.constant(ends({ do: 'stop' }, wait('finished', 2_500))),
  fc.constant(goesOn(watch(300))),
];

/** What a client must survive besides. */
const UNLAWFUL: readonly fc.Arbitrary<Episode>[] = [
  fc.constant(goesOn(say({ action: 'OK' }), watch(300))),
  fc
    .json({ maxDepth: 2 })
    .map((text) => goesOn({ do: 'say', text: isMessage(text) ? '{}' : text }, watch(550))),
  fc.string({ minLength: 1, maxLength: 12 }).map((name) => goesOn(say({ action: `X-${name}` }), watch(550))),
  fc
    .uint8Array({ maxLength: 12 })
    .map((bytes) => goesOn({ do: 'say-binary', binary: Buffer.from(bytes).toString('base64') }, watch(550))),
  fc.constant(goesOn(say({ action: 'PING', future: 1 }), PONG)),
  fc.constant(
    ends(say({ action: 'TAKE_OVER' }), wait('stopped', 2_500), { do: 'close', code: 1000 }, watch(1_600)),
  ),
];

/** A text that means something to a client is no nonsense. */
function isMessage(text: string): boolean {
  return text.includes('action');
}

const PLAY: readonly Step[] = [
  { do: 'start' },
  wait('shown', 4_000),
  { do: 'take-over', choice: 0 },
  wait('playing', 2_500),
];

const setups: fc.Arbitrary<Setup> = fc.record({
  limit: fc.integer({ min: 1, max: 3 }),
  by: fc.constantFrom('offer' as const, 'tag' as const),
  settings: fc.constantFrom({}, { closeAfterFinished: false }, { pingScope: 'customer' as const }),
});

/**
 * Situations that nobody thought of: lawful behaviour in every order at first, then what a client must survive. As
 * plain steps, so that a replay does not depend on how they were made up.
 */
export const clientSituations: fc.Arbitrary<Situation> = fc
  .tuple(
    setups,
    fc.array(fc.oneof(...LAWFUL), { minLength: 1, maxLength: 5 }),
    fc.array(fc.oneof(...LAWFUL, ...UNLAWFUL), { maxLength: 3 }),
  )
  .map(([setup, lawful, mixed]) => ({ name: 'made-up', setup, steps: joinEpisodes([...lawful, ...mixed]) }));

/** The user presses play wherever there is nothing to go on with. */
function joinEpisodes(episodes: readonly Episode[]): Step[] {
  let holds = false;
  return episodes.flatMap(({ steps, leaves }) => {
    const played = holds ? [] : PLAY;
    holds = leaves === 'session';
    return [...played, ...steps];
  });
}

/** So many made-up situations; the same seed makes up the same ones. */
export function makeUpSituations(seed: number, count: number): Situation[] {
  if (count === 0) return [];
  const made = fc.sample(clientSituations, { seed, numRuns: count });
  return made.map((situation, index) => ({ ...situation, name: `made-up-${seed}-${index + 1}` }));
}
