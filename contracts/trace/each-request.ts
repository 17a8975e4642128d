import { readConversation } from './conversation.ts';
import type { Exchange } from './conversation.ts';
import type { Finding, Violation } from './finding.ts';
import { eventsOf } from './trace.ts';
import type { Trace } from './trace.ts';

/** What is wrong with a request, nothing where it is right, or that it does not put the rule to the test. */
export type RequestProblem = Omit<Violation, 'event'> | undefined | 'skip';

/** Judges each request by itself. */
export function eachRequest(trace: Trace, judge: (exchange: Exchange) => RequestProblem): Finding {
  const judged = readConversation(trace).exchanges.flatMap((exchange) => {
    const problem = judge(exchange);
    return problem === 'skip' ? [] : [{ problem, event: exchange.request }];
  });
  return {
    exercised: judged.length,
    violations: judged.flatMap(({ problem, event }) => (problem ? [{ ...problem, event }] : [])),
  };
}

/** Looks for these tokens in the URL of every request and of every WebSocket (PROTOCOL.md 5.56). */
export function findTokensInUrls(trace: Trace, tokens: readonly string[]): Finding {
  const urls = [
    ...eventsOf(trace, 'request').map((event) => ({ event, url: event.target, of: 'a request' })),
    ...eventsOf(trace, 'attempt').map((event) => ({ event, url: event.url, of: 'a WebSocket' })),
  ];
  const violations = urls
    .filter(({ url }) => tokens.some((token) => url.includes(token)))
    .map(({ event, of }) => ({
      message: "The customer's token stands in a URL.",
      expected: 'the token in the header Authorization, and nowhere else',
      actual: `it is in the URL of ${of}`,
      event,
    }));
  return { exercised: urls.length, violations };
}
