import { SERVER_ACTIONS } from '../../protocol/messages.ts';
import type { Monitor } from '../client/monitor.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Exchange, Link } from '../trace/conversation.ts';
import type { Finding, Violation } from '../trace/finding.ts';
import { mergeFindings } from '../trace/finding.ts';
import { eventsOf } from '../trace/trace.ts';
import type { EventOf, Trace } from '../trace/trace.ts';

type Words = Omit<Violation, 'event'>;
type Told = EventOf<'told'>;

function eachAnswer(
  trace: Trace,
  judge: (exchange: Exchange & { response: EventOf<'response'> }) => Words | undefined | 'skip',
): Finding {
  const findings = readConversation(trace).exchanges.flatMap((exchange): Finding[] => {
    const { response } = exchange;
    if (!response || response.injected !== undefined || response.status === 0) return [];
    const problem = judge({ ...exchange, response });
    if (problem === 'skip') return [];
    return [{ exercised: 1, violations: problem ? [{ ...problem, event: response }] : [] }];
  });
  return mergeFindings(findings);
}

function eachTold(trace: Trace, judge: (told: Told) => Words | undefined | 'skip'): Finding {
  const findings = eventsOf(trace, 'told').flatMap((told): Finding[] => {
    if (told.injected !== undefined) return [];
    const problem = judge(told);
    if (problem === 'skip') return [];
    return [{ exercised: 1, violations: problem ? [{ ...problem, event: told }] : [] }];
  });
  return mergeFindings(findings);
}

function eachLink(trace: Trace, judge: (link: Link) => Violation | undefined | 'skip'): Finding {
  const findings = readConversation(trace).links.flatMap((link): Finding[] => {
    if (!link.open || [...link.told, ...link.said].some(({ injected }) => injected !== undefined)) return [];
    const problem = judge(link);
    return problem === 'skip' ? [] : [{ exercised: 1, violations: problem ? [problem] : [] }];
  });
  return mergeFindings(findings);
}

/** How long a server has to answer REQUESTED before its silence counts, in milliseconds. */
const SILENCE = 5_000;

/** The rules for servers that one device's recording can show. */
export const SERVER_MONITORS: readonly Monitor[] = [
  {
    // 3.10: When the pool has a free slot, the server MUST answer 200 with a JSON object that has the string endpoint.
    rule: 'server/create/grant-below-limit',
    check: (trace) =>
      eachAnswer(trace, ({ request, response, answer, meaning }) => {
        const isSuccess = response.status >= 200 && response.status < 300;
        if (request.method !== 'POST' || !isSuccess || meaning === 'disabled') return 'skip';
        const endpoint = answer?.['endpoint'];
        if (response.status === 200 && typeof endpoint === 'string') return undefined;
        return {
          message: 'A session was granted in another way than the protocol has.',
          expected: 'status 200 and a JSON object with the string endpoint',
          actual: `status ${response.status} with ${response.body.slice(0, 80) || 'nothing'}`,
        };
      }),
  },
  {
    // 3.11: endpoint MUST be an absolute wss: URL.
    rule: 'server/create/absolute-endpoint',
    check: (trace) =>
      eachAnswer(trace, ({ answer, response }) => {
        const endpoint = answer?.['endpoint'];
        if (response.status !== 200 || typeof endpoint !== 'string') return 'skip';
        if (/^wss?:\/\//i.test(endpoint) && URL.canParse(endpoint)) return undefined;
        return {
          message: 'The endpoint is no absolute WebSocket URL.',
          expected: 'wss://…, or ws://…',
          actual: endpoint.slice(0, 80),
        };
      }),
  },
  {
    // 3.20: The body MUST have details.takeOverEnabled.
    rule: 'server/limit/say-takeover-enabled',
    check: (trace) =>
      eachAnswer(trace, ({ answer, response }) => {
        if (response.status === 200 || answer?.['code'] !== 'LimitExceeded') return 'skip';
        const enabled = (answer['details'] as { takeOverEnabled?: unknown } | undefined)?.takeOverEnabled;
        if (typeof enabled === 'boolean') return undefined;
        return {
          message: 'The refusal at the limit does not say whether takeover is enabled.',
          expected: 'details.takeOverEnabled, true or false',
          actual: JSON.stringify(enabled) ?? 'nothing',
        };
      }),
  },
  {
    // 4.6: The server MUST NOT send OK on a connection before it has received REQUESTED on it.
    rule: 'server/connection/no-ok-unasked',
    check: (trace) =>
      eachLink(trace, ({ told, said }) => {
        const ok = told.find(({ action }) => action === 'OK');
        if (!ok) return 'skip';
        const asked = said.find(({ action }) => action === 'REQUESTED');
        if (asked && asked.at < ok.at) return undefined;
        return {
          message: 'OK came before anything had been requested.',
          expected: 'OK only after REQUESTED',
          actual: ok.raw,
          event: ok,
        };
      }),
  },
  {
    // 4.10: On REQUESTED the server MUST answer OK where the record exists.
    rule: 'server/connection/ok-upon-requested',
    check: (trace) =>
      eachLink(trace, ({ told, said }) => {
        const asked = said.find(({ action }) => action === 'REQUESTED');
        if (!asked) return 'skip';
        const after = told.filter(({ at }) => at > asked.at);
        if (after.some(({ action }) => action === 'OK')) return undefined;
        if (after.some(({ action }) => ['EXPIRED', 'TERMINATE', 'TAKE_OVER'].includes(action ?? '')))
          return 'skip';
        const late = after.find(({ at }) => at > asked.at + SILENCE);
        if (!late) return 'skip';
        return {
          message: 'REQUESTED was answered neither with OK nor with EXPIRED.',
          expected: 'OK or EXPIRED',
          actual: `neither; ${late.action ?? late.raw.slice(0, 40)} came ${Math.round(late.at - asked.at)} ms later`,
          event: asked,
        };
      }),
  },
  {
    // 4.9: each message one text frame with one JSON object with the string action, spelled exactly as in the table.
    rule: 'server/connection/json-text-frames',
    check: (trace) =>
      eachTold(trace, ({ raw, binary, action }) => {
        const expected = 'one JSON object with an action as in the table, in a text frame';
        const message = 'A message of the server is none of the protocol.';
        if (binary) return { message, expected, actual: 'a binary frame' };
        if (action === undefined) return { message, expected, actual: raw.slice(0, 80) };
        const meant = SERVER_ACTIONS.find((known) => isMeant(action, known));
        if (meant === undefined || meant === action) return undefined;
        return { message: `${meant} is spelled ${action}.`, expected: meant, actual: action };
      }),
  },
  {
    // 4.46: TAKE_OVER has sessionName: the name of the new session.
    rule: 'server/takeover/new-name',
    check: (trace) =>
      eachTold(trace, ({ raw, action }) => {
        if (action !== 'TAKE_OVER') return 'skip';
        const { sessionName } = JSON.parse(raw) as { sessionName?: unknown };
        // Whether it is the right name takes the recording of the device that took over.
        if (typeof sessionName === 'string') return 'skip';
        return {
          message: 'TAKE_OVER does not say by whom.',
          expected: 'the string sessionName',
          actual: raw.slice(0, 80),
        };
      }),
  },
  {
    // 4.11: On REQUESTED, when the session record does not exist, the server MUST send EXPIRED.
    rule: 'server/connection/expired-for-ended',
    check(trace) {
      const { links } = readConversation(trace);
      return eachLink(trace, (link) => {
        const finished = links.some(
          ({ url, said, at }) =>
            url === link.url &&
            at < link.at &&
            said.some((event) => event.action === 'FINISHED' && event.at < link.at),
        );
        const answer = link.told.find(({ action }) => action === 'OK' || action === 'EXPIRED');
        if (!finished || !answer) return 'skip';
        if (answer.action === 'EXPIRED') return undefined;
        return {
          message: 'A session that had been finished was granted again.',
          expected: 'EXPIRED',
          actual: answer.raw,
          event: answer,
        };
      });
    },
  },
];

function isMeant(action: string, known: string): boolean {
  return action.trim().toUpperCase().replaceAll(/[-_ ]/g, '') === known.replaceAll('_', '');
}
