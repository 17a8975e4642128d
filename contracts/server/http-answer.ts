import {
  activeSessionSchema,
  disabledBodySchema,
  grantedBodySchema,
  limitBodySchema,
} from '../../protocol/http-bodies.ts';
import type { ActiveSession } from '../../protocol/http-bodies.ts';

/** What a server answered to a request. `body` is the parsed JSON; nothing where it is none. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** An answer to a create or takeover as the protocol sees it (PROTOCOL.md 5.4 to 5.6, 5.36). */
export type ReadAnswer =
  | { kind: 'granted'; endpoint: string }
  | { kind: 'disabled' }
  | {
      kind: 'limit-reached';
      takeOverEnabled: boolean | undefined;
      activeSessions: ActiveSession[] | undefined;
    }
  | { kind: 'refused'; code: string | undefined };

export function readAnswer({ status, body }: HttpAnswer): ReadAnswer {
  const granted = grantedBodySchema.safeParse(body);
  if (status === 200 && granted.success) return { kind: 'granted', endpoint: granted.data.endpoint };
  if (status === 200 && disabledBodySchema.safeParse(body).success) return { kind: 'disabled' };
  const limit = limitBodySchema.safeParse(body);
  if (status !== 200 && limit.success) return { kind: 'limit-reached', ...limit.data.details };
  const { code, details } = asObject(body);
  if (status !== 200 && code === 'LimitExceeded') {
    const { takeOverEnabled, activeSessions } = asObject(details);
    return {
      kind: 'limit-reached',
      takeOverEnabled: typeof takeOverEnabled === 'boolean' ? takeOverEnabled : undefined,
      activeSessions: activeSessionSchema.array().safeParse(activeSessions).data,
    };
  }
  return { kind: 'refused', code: typeof code === 'string' ? code : undefined };
}

/** An answer in a few words, for a report. */
export function describeAnswer(answer: HttpAnswer): string {
  const body = answer.text.length > 300 ? `${answer.text.slice(0, 297)}…` : answer.text;
  return `${answer.status} ${body}`.trim();
}

function asObject(value: unknown): { [member: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { [member: string]: unknown }) : {};
}
