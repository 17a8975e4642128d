import type { DirectCheck } from './direct-check.ts';
import type { HttpAnswer } from './http-answer.ts';
import { readAnswer } from './http-answer.ts';
import { PATHS, post } from './post.ts';

/** What lets a page in a browser talk to the server at all. */
export const corsChecks: readonly DirectCheck[] = [
  {
    // 3.49 The answer to `OPTIONS` MUST allow the method `POST` and the headers `authorization` and `content-type`.
    rule: 'server/cors/preflight',
    async run(bench) {
      for (const path of PATHS) {
        const answer = await bench.request(path, { method: 'OPTIONS', headers: PREFLIGHT });
        const allowed = answer.headers.get('access-control-allow-headers')?.toLowerCase() ?? '';
        const methods = answer.headers.get('access-control-allow-methods')?.toUpperCase() ?? '';
        const good =
          answer.status >= 200 &&
          answer.status < 300 &&
          allowsOrigin(answer) &&
          ['authorization', 'content-type'].every((header) => allowed.includes(header)) &&
          // POST is allowed without being named (Fetch, CORS-safelisted methods).
          (methods === '' || methods.includes('POST') || methods.includes('*'));
        if (!good) {
          throw bench.violation(
            '2xx, allowing the origin, POST, authorization and content-type',
            `${answer.status}, origin ${answer.headers.get('access-control-allow-origin')}, headers ${allowed}, methods ${methods}`,
            `A browser may not POST to ${path}.`,
          );
        }
      }
    },
  },
  {
    // 3.50 Every answer, errors too, MUST bear `Access-Control-Allow-Origin` with `*` or the request's origin.
    rule: 'server/cors/every-answer',
    async run(bench) {
      const { origin } = PREFLIGHT;
      const device = bench.device('phone');
      const body = JSON.stringify({ sessionName: 'app', ...device.choice });
      const granted = await post(bench, '/sessions', body, { origin });
      const read = readAnswer(granted);
      if (read.kind === 'granted') device.endpoint = read.endpoint;
      const unauthorised = await bench.request('/sessions', { headers: { origin }, body });
      const malformed = await post(bench, '/sessions', '{', { origin });
      for (const [what, answer] of Object.entries({ granted, unauthorised, malformed })) {
        if (!allowsOrigin(answer)) {
          throw bench.violation(
            'Access-Control-Allow-Origin: *',
            String(answer.headers.get('access-control-allow-origin')),
            `A browser may not read the answer to a create (${what}).`,
          );
        }
      }
    },
  },
];
const PREFLIGHT = {
  origin: 'https://player.example',
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type',
};

function allowsOrigin(answer: HttpAnswer): boolean {
  return ['*', PREFLIGHT.origin].includes(answer.headers.get('access-control-allow-origin') ?? '');
}
