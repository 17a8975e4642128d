import type { Finding, Violation } from './finding.ts';
import type { Trace, TraceEvent } from './trace.ts';

type Words = Omit<Violation, 'event' | 'window'>;

/** What may not happen, and when. */
export interface NeverOptions<Event extends TraceEvent> {
  /** Each is a time from which it may not happen. */
  readonly after: readonly { readonly at: number; readonly until?: number | undefined }[];
  readonly match: (event: TraceEvent) => event is Event;
  /** How long a trace must go on after such a time for the rule to have been put to the test, in milliseconds. */
  readonly watch: number;
  readonly words: (event: Event) => Words;
}

/** From certain moments on (until others), something never happens. */
export function never<Event extends TraceEvent>(trace: Trace, options: NeverOptions<Event>): Finding {
  const { after, match, watch, words } = options;
  const violations: Violation[] = [];
  let exercised = 0;
  for (const { at, until = trace.end } of after) {
    const culprit = trace.events.find(
      (event): event is Event => event.at > at && event.at <= until && match(event),
    );
    if (culprit) violations.push({ ...words(culprit), event: culprit });
    if (culprit || until - at >= watch) exercised += 1;
  }
  return { exercised, violations };
}

/** What must follow on what. */
export interface RespondsOptions<Trigger extends { readonly at: number }> {
  readonly triggers: readonly Trigger[];
  /** When the answer to a trigger came, in milliseconds since the case began. */
  readonly answered: (trigger: Trigger) => number | undefined;
  /** When an answer was no longer called for: the connection was closed, the user changed the mind. */
  readonly excused?: (trigger: Trigger) => number | undefined;
  /** Milliseconds. */
  readonly within: number;
  readonly words: (trigger: Trigger, answeredAt: number | undefined) => Words;
  readonly event: (trigger: Trigger) => TraceEvent | undefined;
}

/** Each trigger is answered within a time, unless it is excused first. A trace that ends before says nothing. */
export function responds<Trigger extends { readonly at: number }>(
  trace: Trace,
  options: RespondsOptions<Trigger>,
): Finding {
  const { triggers, answered, excused = () => undefined, within, words, event } = options;
  const violations: Violation[] = [];
  let exercised = 0;
  for (const trigger of triggers) {
    const deadline = trigger.at + within;
    const answeredAt = answered(trigger);
    const excusedAt = excused(trigger);
    if (answeredAt !== undefined && answeredAt <= deadline) {
      exercised += 1;
    } else if ((excusedAt === undefined || excusedAt > deadline) && trace.end > deadline) {
      exercised += 1;
      const window = { from: trigger.at, until: deadline };
      violations.push({ ...words(trigger, answeredAt), event: event(trigger), window });
    }
  }
  return { exercised, violations };
}
