import type { Bench, DirectCheck } from './direct-check.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import { Unmet } from './violation.ts';

const PATHS = ['/sessions', '/takeover'];

/** Posts a body as it stands, with a good token. */
async function post(bench: Bench, path: string, body: string, headers: { [name: string]: string } = {}) {
  const authorization = `Bearer ${await bench.subject.tokenFor(bench.customerId)}`;
  return bench.request(path, { headers: { authorization, ...headers }, body });
}

function expectClientError(bench: Bench, answer: HttpAnswer, message: string): void {
  if (answer.status >= 400 && answer.status < 500) return;
  throw bench.violation('a 4xx status', describeAnswer(answer), message);
}

export const creationChecks: readonly DirectCheck[] = [
  {
    // 3.6 A create by `tag` MUST use the pool of the publisher's offer that has this tag.
    rule: 'server/create/by-tag',
    lacks: ({ tag }) => (tag === undefined ? 'No tag is known (--tag).' : undefined),
    async run(bench) {
      const { subject } = bench;
      const device = bench.device('phone');
      const answer = await device.post('/sessions', { sessionName: 'by tag', tag: subject.tag });
      const read = readAnswer(answer);
      if (read.kind !== 'granted') throw bench.violation('a session', describeAnswer(answer));
      device.endpoint = read.endpoint;
      await bench.connectedBy(device);
      await bench.fill(subject.limit - 1);
      const full = await bench.device('tv').create('one too many');
      const listed = readAnswer(full);
      if (listed.kind === 'limit-reached' && listed.activeSessions?.some(({ name }) => name === 'by tag'))
        return;
      throw bench.violation(
        "the session made by tag counts in the offer's pool",
        describeAnswer(full),
        'A create by tag is counted elsewhere.',
      );
    },
  },
  {
    // 3.5 `offerId` and `tag` exclude each other, and exactly one of them MUST be present.
    rule: 'server/create/one-choice',
    async run(bench) {
      const [offerId] = bench.subject.offers;
      const both = { sessionName: 'app', offerId, tag: bench.subject.tag ?? 'live' };
      expectClientError(
        bench,
        await post(bench, '/sessions', JSON.stringify(both)),
        'Both offerId and tag are accepted.',
      );
      const neither = { sessionName: 'app' };
      expectClientError(
        bench,
        await post(bench, '/sessions', JSON.stringify(neither)),
        'Neither of them is accepted.',
      );
    },
  },
  {
    // 3.42 A server MUST answer 404 … when the token's publisher has no offer with this `offerId` or `tag`.
    rule: 'server/create/unknown-offer',
    async run(bench) {
      for (const choice of [{ offerId: 'S000000_DRISCKIT' }, { tag: 'drisckit-no-such-tag' }]) {
        const answer = await post(bench, '/sessions', JSON.stringify({ sessionName: 'app', ...choice }));
        expectClientError(bench, answer, `${JSON.stringify(choice)} is accepted.`);
      }
    },
  },
  {
    // 3.2 `sessionName` … MUST be a string of at most 100 characters.
    rule: 'server/create/accept-name-of-100',
    async run(bench) {
      const device = bench.device('phone');
      const answer = await bench.triedBy(device, 'n'.repeat(100));
      if (device.endpoint !== undefined) return;
      throw bench.violation('a session', describeAnswer(answer), 'A name of 100 characters is refused.');
    },
  },
  {
    // 3.2, AMB-11: 101 ASCII characters are too many by every count.
    rule: 'server/create/refuse-name-of-101',
    async run(bench) {
      const device = bench.device('phone');
      const answer = await device.create('n'.repeat(101));
      const read = readAnswer(answer);
      if (read.kind === 'granted') device.endpoint = read.endpoint;
      expectClientError(bench, answer, 'A name of 101 characters is accepted.');
    },
  },
  {
    // 3.22 … with `name` as given at its creation.
    rule: 'server/create/keep-name',
    async run(bench) {
      const names = Array.from(
        { length: bench.subject.limit },
        (_, n) => `${HOSTILE_NAMES[n % HOSTILE_NAMES.length]} ${n}`,
      );
      for (const name of names) {
        const device = bench.device(`device ${name.slice(0, 3)}`);
        await bench.createdBy(device, name);
        await bench.connectedBy(device);
      }
      const answer = await bench.device('tv').create('one too many');
      const read = readAnswer(answer);
      const listed = read.kind === 'limit-reached' ? (read.activeSessions ?? []).map(({ name }) => name) : [];
      if (names.every((name) => listed.includes(name))) return;
      throw bench.violation(
        names.join(' | '),
        listed.join(' | ') || describeAnswer(answer),
        'A name comes back changed.',
      );
    },
  },
  {
    // 3.41 A server MUST answer 400 … when the body is not a JSON object [or] has members of wrong types.
    rule: 'server/create/refuse-malformed',
    async run(bench) {
      const [offerId] = bench.subject.offers;
      const bodies = [
        '',
        '{',
        'null',
        '[]',
        '"text"',
        '42',
        '{"offerId":{}}',
        '{"offerId":[]}',
        '{"offerId":""}',
      ];
      bodies.push(
        JSON.stringify({ offerId, sessionName: { a: 1 } }),
        JSON.stringify({ offerId, sessionName: ['a'] }),
      );
      for (const path of PATHS) {
        for (const body of bodies) {
          expectClientError(
            bench,
            await post(bench, path, body),
            `${path} does not refuse the body ${body || '(empty)'}.`,
          );
        }
      }
    },
  },
  {
    // 3.8 A server MUST parse the body as JSON whatever the request's `content-type` says.
    rule: 'server/create/any-content-type',
    async run(bench) {
      const types = ['application/json', 'text/plain;charset=UTF-8', 'application/octet-stream'];
      for (const type of types) {
        const device = bench.device(`phone with ${type}`);
        const body = JSON.stringify({ sessionName: type, ...device.choice });
        const answer = await post(bench, '/sessions', body, { 'content-type': type });
        const read = readAnswer(answer);
        if (read.kind === 'limit-reached')
          throw new Unmet('It needs a free slot, and one that was finished is not free');
        if (read.kind !== 'granted') {
          throw bench.violation(
            'a session',
            describeAnswer(answer),
            `A body of type ${type} is not read as JSON.`,
          );
        }
        device.endpoint = read.endpoint;
        await bench.finish(device);
      }
    },
  },
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

const HOSTILE_NAMES = ['Łódź 🎬 "Kino" <b>', 'עברית عربى', "O'Brien & søn\\"];
