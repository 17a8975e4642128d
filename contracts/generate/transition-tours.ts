import { SESSION_TRANSITIONS } from '../../protocol/model/session-table.ts';
import type { SessionTransition } from '../../protocol/model/session-table.ts';
import type { Step } from './conversation.ts';

/** What only the server's operator can do, and what takes longer than a run: no device can bring these about. */
const OUT_OF_REACH = new Set(['EXPIRE', 'TERMINATE', 'pendingTimeout']);

/** The transitions of the model that devices can bring about. */
export function reachableTransitions(takeover: boolean): readonly SessionTransition[] {
  return SESSION_TRANSITIONS.filter(
    ({ input }) => !OUT_OF_REACH.has(input) && (takeover || input !== 'TAKEN_OVER'),
  );
}

/** A transition's name in coverage counts. */
export function nameTransition({ from, input, next }: SessionTransition): string {
  return `${from} ${input} ${next}`;
}

export function namePair(first: string, second: string): string {
  return `${first} > ${second}`;
}

/** Every two transitions of which the second can follow the first on the same record. */
export function transitionPairs(takeover: boolean): string[] {
  const transitions = reachableTransitions(takeover);
  return transitions.flatMap((first) =>
    transitions
      .filter((second) => second.from === first.next)
      .map((second) => namePair(nameTransition(first), nameTransition(second))),
  );
}

export interface TourOptions {
  limit: number;
  takeover: boolean;
  /** The pairs to go through; every one that can be reached unless told. */
  pairs?: readonly string[] | undefined;
}

/**
 * Conversations in which one record, the phone's, walks through every pair of transitions at least once. Each walk goes
 * where something new is, as long as there is something new, and ends with the record.
 */
export function planTours(options: TourOptions): Step[][] {
  const uncovered = new Set(options.pairs ?? transitionPairs(options.takeover));
  const transitions = reachableTransitions(options.takeover);
  const tours: Step[][] = [];
  while (uncovered.size > 0) {
    const walk = planWalk(transitions, uncovered);
    if (walk.length < 2) break;
    const steps = walk.flatMap(({ input }) => stepsFor(input, options));
    // What the last transition has made of the record shows when its device comes back.
    tours.push([...openTour(options), ...steps, { do: 'connect', device: 'phone' }]);
  }
  return tours;
}

/** A walk from a new record to where nothing new can be reached any more; takes what it covers out of `uncovered`. */
function planWalk(transitions: readonly SessionTransition[], uncovered: Set<string>): SessionTransition[] {
  const walk: SessionTransition[] = [];
  for (;;) {
    const leg = findNew(transitions, uncovered, walk.at(-1));
    if (!leg) return walk;
    for (const transition of leg) {
      const last = walk.at(-1);
      if (last) uncovered.delete(namePair(nameTransition(last), nameTransition(transition)));
      walk.push(transition);
    }
  }
}

/** The shortest way on that ends with a pair that is still uncovered. */
function findNew(
  transitions: readonly SessionTransition[],
  uncovered: ReadonlySet<string>,
  last: SessionTransition | undefined,
): SessionTransition[] | undefined {
  const queue: SessionTransition[][] = [[]];
  const seen = new Set<string>();
  for (const path of queue) {
    const at = path.at(-1) ?? last;
    for (const next of transitions) {
      if (next.from !== (at?.next ?? 'pending.quiet')) continue;
      const longer = [...path, next];
      if (at && uncovered.has(namePair(nameTransition(at), nameTransition(next)))) return longer;
      const mark = nameTransition(next);
      if (seen.has(mark)) continue;
      seen.add(mark);
      queue.push(longer);
    }
  }
  return undefined;
}

/** The phone has a record that nobody has asked for yet, everybody's ids are known, and one slot is free (if not its own). */
function openTour({ limit }: TourOptions): Step[] {
  const fillers = Array.from({ length: Math.max(0, limit - 2) }, (_, n) => `device ${n + 1}`);
  const filled = fillers.flatMap((device): Step[] => [
    { do: 'create', device },
    { do: 'connect', device },
  ]);
  const phone: Step[] = [
    { do: 'create', device: 'phone' },
    { do: 'mute', device: 'phone' },
  ];
  // The list at the limit tells the ids, by which a takeover needs no refusal before it.
  const list: Step = { do: 'create', device: 'late' };
  if (limit === 1) return [...phone, list];
  return [
    ...filled,
    ...phone,
    { do: 'create', device: 'tv' },
    list,
    { do: 'connect', device: 'tv' },
    { do: 'finish', device: 'tv' },
  ];
}

/** What the devices do to bring a transition of the phone's record about. */
function stepsFor(input: SessionTransition['input'], { limit }: TourOptions): Step[] {
  const device = 'phone';
  switch (input) {
    case 'REQUESTED':
      return [{ do: 'connect', device }];
    case 'REQUESTED_AGAIN':
      return [{ do: 'request', device }];
    case 'PONG':
      return [
        { do: 'speak', device },
        { do: 'mute', device },
      ];
    case 'FINISHED':
      return [{ do: 'finish', device }];
    case 'CONNECTION_LOST':
      return [{ do: 'cut', device }];
    case 'PING':
      if (limit === 1) return [{ do: 'create', device: 'late' }];
      return [
        { do: 'create', device: 'tv' },
        { do: 'connect', device: 'tv' },
        { do: 'finish', device: 'tv' },
      ];
    case 'TAKEN_OVER':
      return [{ do: 'takeover', device: 'late', victim: device }];
    case 'pongTimeout':
      return [{ do: 'wait' }];
    default:
      throw new TypeError(`no device can bring ${input} about`);
  }
}
