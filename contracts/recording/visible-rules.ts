import { CLIENT_MONITORS } from '../client/monitors.ts';
import type { Monitor } from '../client/monitor.ts';
import type { Gap } from './recorded-device.ts';
import { mergeFindings } from '../trace/finding.ts';
import type { Violation } from '../trace/finding.ts';
import { doubtArrival } from './doubt-arrival.ts';
import { judgeDismissals } from './dismissed-for-silence.ts';
import type { PlacedDevice } from './place-device.ts';
import { REQUEST_MONITORS } from './request-monitors.ts';
import { SERVER_MONITORS } from './server-monitors.ts';

/** A rule that a recording can show. */
export interface VisibleRule {
  readonly monitor: Monitor;
  /** Without these it is not judged. */
  readonly needs: readonly Gap[];
  /** Why what looks like a violation may be none, in a sentence; nothing where it is one. */
  readonly doubt: (violation: Violation, placed: PlacedDevice) => string | undefined;
}

const certainly = (): undefined => undefined;
const unlessAsked = (): string => 'Whether its user asked for that, the recording does not show.';

/** Rules of clients that are broken whatever the user did, each with what a recording must show for it. */
const CERTAIN: Readonly<Record<string, readonly Gap[]>> = {
  'client/request/endpoint-verbatim': ['answers', 'endpoint', 'tokens', 'beginning'],
  'client/gate/requested-first': ['frames'],
  'client/gate/grant-needs-200': ['answers', 'tokens', 'endpoint', 'beginning'],
  'client/liveness/answers-in-time': ['frames'],
  'client/liveness/answers-at-once': ['frames'],
  'client/liveness/no-unasked-pong': ['frames'],
  'client/finish/nothing-after': ['frames'],
  'client/finish/no-return': ['tokens'],
  'client/finish/closes': ['closes'],
  'client/recovery/no-storm': [],
  'client/recovery/forgets-expired': ['tokens'],
  'client/robustness/speaks-cleanly': ['frames'],
};

/** Rules of clients that a recording can show to hold, and not to be broken. */
const UNCERTAIN: Readonly<Record<string, readonly Gap[]>> = {
  'client/request/connects-when-granted': ['answers', 'tokens'],
  'client/request/one-session': ['answers', 'tokens'],
  'client/request/no-repeat-after-401': ['headers', 'tokens'],
  'client/gate/no-connection-when-disabled': ['answers'],
  'client/recovery/reconnects': ['closes', 'tokens'],
  'client/recovery/any-close-code': ['closes', 'tokens'],
  'client/recovery/same-endpoint': ['closes', 'tokens', 'endpoint'],
  'client/recovery/no-new-session': ['closes', 'tokens'],
};

/** Rules that a client breaks only where what it was sent has reached it. */
const BY_ARRIVAL: Readonly<Record<string, readonly Gap[]>> = { 'client/liveness/answers-ping': ['frames'] };

const REQUEST_NEEDS: Readonly<Record<string, readonly Gap[]>> = {
  'client/request/bearer-token': ['headers'],
  'client/request/token-not-in-url': ['headers'],
};

const SERVER_NEEDS: Readonly<Record<string, readonly Gap[]>> = {
  'server/create/grant-below-limit': ['answers'],
  'server/connection/expired-for-ended': ['tokens', 'frames'],
};

function pick(table: Readonly<Record<string, readonly Gap[]>>, doubt: VisibleRule['doubt']): VisibleRule[] {
  return CLIENT_MONITORS.flatMap((monitor) => {
    const needs = table[monitor.rule];
    return needs ? [{ monitor, needs, doubt }] : [];
  });
}

/** In the harness nobody closes for want of a PONG, and in a recording everybody does. */
function withDismissals({ monitor, needs }: VisibleRule): VisibleRule {
  const check: Monitor['check'] = (trace, yardstick) =>
    mergeFindings([monitor.check(trace, yardstick), judgeDismissals(trace, yardstick)]);
  return { monitor: { ...monitor, check }, needs, doubt: doubtArrival };
}

/** Every rule that one device's recording can show. */
export const VISIBLE_RULES: readonly VisibleRule[] = [
  ...REQUEST_MONITORS.map((monitor) => ({
    monitor,
    needs: REQUEST_NEEDS[monitor.rule] ?? [],
    doubt: certainly,
  })),
  ...pick(CERTAIN, certainly),
  ...pick(UNCERTAIN, unlessAsked),
  ...pick(BY_ARRIVAL, certainly).map(withDismissals),
  ...SERVER_MONITORS.map((monitor) => ({
    monitor,
    needs: SERVER_NEEDS[monitor.rule] ?? [],
    doubt: certainly,
  })),
];
