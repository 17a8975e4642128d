import { checkRecordings } from '../contracts/recording/check-recordings.ts';
import { readEntries } from '../contracts/recording/read-entries.ts';
import type { RecordedEntry } from '../contracts/recording/read-journal.ts';
import type { Result, RuleResult } from '../reports/result.ts';
import { isVirtual } from '../simulator/clock.ts';
import type { Clock } from '../simulator/clock.ts';
import type { Journal, JournalEntry } from '../simulator/journal.ts';
import { VERSION } from '../simulator/version.ts';

/** A simulator, or what stands for one in a test: what it has seen, by which clock. */
export interface Witness {
  readonly journal: Journal;
  readonly clock: Clock;
}

/** Rules that are measured by a clock: the client's, which is not the simulator's where that one stands still. */
export const TIMED_RULES: ReadonlySet<string> = new Set([
  'client/liveness/answers-ping',
  'client/liveness/answers-in-time',
  'client/liveness/answers-at-once',
  'client/finish/closes',
  'client/recovery/no-storm',
]);

/**
 * Judges what the app has done so far, by every rule for clients that the wire shows. What a test did not bring about is
 * not observable; of a simulator that masks tokens, so are the rules about them.
 */
export function judgeApp({ journal, clock }: Witness): Result {
  const devices = readEntries(journal.entries().filter(isOfApp));
  const now = clock.now();
  const result = checkRecordings(
    devices.map((device) => ({ ...device, until: now })),
    { name: 'the app', tool: { name: 'drisckit', version: VERSION }, startedAt: new Date(now) },
  );
  const rules = result.rules.filter(({ side }) => side === 'client');
  return { ...result, kind: 'client', rules: isVirtual(clock) ? rules.map(leaveTimeOut) : rules };
}

/** Devices of the simulator's own are judged by nobody. */
function isOfApp(entry: JournalEntry): entry is RecordedEntry {
  return entry.kind !== 'step' && entry.kind !== 'ended' && entry.device === undefined;
}

function leaveTimeOut(rule: RuleResult): RuleResult {
  if (!TIMED_RULES.has(rule.id) || rule.exercised === 0) return rule;
  const reason = 'The simulator’s time stood still, and the client’s may not have.';
  return { ...rule, verdict: 'not-observable', reason, exercised: 0, failures: [] };
}
