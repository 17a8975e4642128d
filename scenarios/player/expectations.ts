import type { JournalEntry } from '../../simulator/journal.ts';
import type { SubjectEvent } from '../client-subject.ts';
import type { PhraseOf } from '../format/phrases.ts';
import type { Given, Saying } from '../scenario.ts';
import { codeOf, isLost, pathOf } from './observation.ts';
import type { Observation } from './observation.ts';
import type { World } from './world.ts';

/**
 * Something that is waited for: either a thing that happens (looked for among the observations of one channel, each of
 * which is used once) or a state of the world.
 */
export type Expectation = {
  /** What it takes to see it: the wire, which always shows, or a client that speaks the driver protocol. */
  readonly needs: 'wire' | 'driver';
} & (
  | { readonly type: 'event'; readonly channel: string; sees(observation: Observation): boolean }
  | { readonly type: 'state'; holds(world: World): boolean; readonly describe: string }
);

/** What an expectation may look at beside the observation. */
export interface ExpectationContext {
  readonly given: Given;
  readonly world: World;
}

type Build = (saying: Saying, context: ExpectationContext) => Expectation;
type AwaitedOfDevice = Extract<
  PhraseOf<'device'>,
  'receives {reply}' | 'is refused at the limit' | 'loses its slot' | 'keeps its slot'
>;

/** @throws {Error} on a saying that is done and not awaited. */
export function buildExpectation(saying: Saying, context: ExpectationContext): Expectation {
  const table: Record<string, Build> = saying.kind === 'app' ? OF_APP : OF_DEVICE;
  const build = table[saying.template];
  if (!build) throw new Error(`"${saying.template}" is not awaited`);
  return build(saying, context);
}

/** Something on the wire between the server and the actor. */
function wire(
  matches: (entry: JournalEntry, observation: Observation & { source: 'wire' }) => boolean,
): Build {
  return ({ actor }) => ({
    type: 'event',
    needs: 'wire',
    channel: `wire of ${actor}`,
    sees: (seen) => seen.source === 'wire' && seen.actor === actor && matches(seen.entry, seen),
  });
}

/** Something that the client shows to its user. Kinds of events have no order among each other. */
function shown(
  kind: SubjectEvent['event'],
  matches: (event: SubjectEvent, saying: Saying, context: ExpectationContext) => boolean,
): Build {
  return (saying, context) => ({
    type: 'event',
    needs: 'driver',
    channel: `shown ${kind}`,
    sees: (seen) =>
      seen.source === 'client' && seen.event.event === kind && matches(seen.event, saying, context),
  });
}

function state(
  needs: 'wire' | 'driver',
  describe: string,
  holds: (world: World, saying: Saying) => boolean,
): Build {
  return (saying) => ({ type: 'state', needs, describe, holds: (world) => holds(world, saying) });
}

function request(path: string, matches: (body: Record<string, unknown>) => boolean = () => true): Build {
  return wire(
    (entry) =>
      entry.kind === 'request' &&
      entry.method === 'POST' &&
      pathOf(entry.url) === path &&
      matches(readBody(entry.body)),
  );
}

function response(matches: (status: number, body: string) => boolean): Build {
  return wire((entry) => entry.kind === 'response' && matches(entry.status, entry.body));
}

function frame(direction: 'in' | 'out', actionOf: (saying: Saying) => string | undefined): Build {
  return (saying, context) =>
    wire(
      (entry) =>
        entry.kind === 'frame' &&
        entry.direction === direction &&
        entry.action === actionOf(saying) &&
        // What the network lost was sent all the same, but nobody received it.
        (direction === 'in' || !isLost(entry)),
    )(saying, context);
}

function close(code?: (saying: Saying) => number): Build {
  return (saying, context) =>
    wire(
      (entry) => entry.kind === 'close' && entry.by === 'server' && (!code || entry.code === code(saying)),
    )(saying, context);
}

const losesItsSlot = state('wire', 'the slot was freed', (world, { actor, options }) => {
  const end = world.endOf(actor);
  return end !== undefined && (options.because === undefined || options.because === end);
});

const keepsItsSlot = state(
  'wire',
  'the slot is held',
  (world, { actor }) => world.sessionOf(actor) !== undefined && world.endOf(actor) === undefined,
);

const OF_APP: Record<PhraseOf<'app'>, Build> = {
  'creates a session': request('/sessions'),
  'takes over {actor}': (saying, context) =>
    request(
      '/takeover',
      ({ sessionId }) => sessionId === context.world.sessionOf(saying.slots['actor'] ?? ''),
    )(saying, context),
  'is granted a session': response((status, body) => status === 200 && 'endpoint' in readBody(body)),
  'is told that DRISC is disabled': response((status, body) => {
    const answer = readBody(body);
    return status === 200 && (answer['status'] === 'disabled' || answer['enabled'] === false);
  }),
  'is refused at the limit': response((status, body) => status !== 200 && codeOf(body) === 'LimitExceeded'),
  'is answered {status}': (saying, context) =>
    response((status) => status === Number(saying.slots['status']))(saying, context),
  connects: wire((entry) => entry.kind === 'open'),
  reconnects: wire((entry, seen) => entry.kind === 'open' && seen.again === true),
  'tries to connect': wire((entry) => entry.kind === 'open' || entry.kind === 'refused-upgrade'),
  'is refused a connection with {status}': (saying, context) =>
    wire((entry) => entry.kind === 'refused-upgrade' && entry.status === Number(saying.slots['status']))(
      saying,
      context,
    ),
  'is refused a connection': wire((entry) => entry.kind === 'refused-upgrade'),
  disconnects: wire((entry) => entry.kind === 'close' && entry.by !== 'server'),
  'sends {message}': frame('in', ({ slots }) => slots['message']),
  'receives {reply}': frame('out', ({ slots }) => slots['reply']),
  'is closed': close(),
  'is closed with {code}': close(({ slots }) => Number(slots['code'])),
  'loses its slot': losesItsSlot,
  'keeps its slot': keepsItsSlot,
  plays: state('driver', 'the app plays', ({ playing }) => playing),
  'stops playing': state('driver', 'the app does not play', ({ playing }) => !playing),
  'shows the limit': shown(
    'limit',
    (event, { options }, { given }) => event.event === 'limit' && showsLimit(event, options, given),
  ),
  'shows that {actor} took over': shown(
    'taken-over',
    (event, { slots }, { given }) =>
      event.event === 'taken-over' && event.by === nameOf(slots['actor'] ?? '', given),
  ),
  'shows an error': shown('error', () => true),
};

const OF_DEVICE: Record<AwaitedOfDevice, Build> = {
  'receives {reply}': frame('out', ({ slots }) => slots['reply']),
  'is refused at the limit': state(
    'wire',
    'it was refused',
    (world, { actor }) => world.answers.get(actor) === 'limit-reached',
  ),
  'loses its slot': losesItsSlot,
  'keeps its slot': keepsItsSlot,
};

function showsLimit(
  event: SubjectEvent & { event: 'limit' },
  { sessions, takeover }: Saying['options'],
  given: Given,
): boolean {
  const wanted = sessions?.map((device) => nameOf(device, given)).sort();
  const listed = event.sessions.map(({ name }) => name).sort();
  const listsThem = wanted === undefined || JSON.stringify(wanted) === JSON.stringify(listed);
  return listsThem && (takeover === undefined || event.takeover === (takeover === 'offered'));
}

/** The name under which others know a device; of what is no device, the text itself. */
function nameOf(actor: string, given: Given): string {
  return actor === 'app' ? given.app.name : (given.devices[actor]?.name ?? actor);
}

function readBody(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
