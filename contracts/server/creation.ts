import { expectClientError } from './client-error.ts';
import type { DirectCheck } from './direct-check.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import { PATHS, post } from './post.ts';
import { Unmet } from './violation.ts';

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
    // 3.43 A server MUST answer 405 … to any other method; which one a takeover has is open (AMB-2).
    rule: 'server/create/refuse-other-methods',
    async run(bench) {
      const methods = {
        '/sessions': ['GET', 'PUT', 'PATCH', 'DELETE'],
        '/takeover': ['PUT', 'PATCH', 'DELETE'],
      };
      const authorization = `Bearer ${await bench.subject.tokenFor(bench.customerId)}`;
      const body = JSON.stringify({
        sessionName: 'app',
        offerId: bench.subject.offers[0],
        sessionId: 'none',
      });
      for (const [path, others] of Object.entries(methods)) {
        for (const method of others) {
          const withBody = method === 'GET' ? {} : { body };
          const answer = await bench.request(path, { method, headers: { authorization }, ...withBody });
          expectClientError(bench, answer, `${method} ${path} is served.`);
        }
      }
    },
  },
  {
    // 3.44 A server MUST answer 404 … to a path it does not know; 3.52: paths are compared exactly.
    rule: 'server/create/unknown-path',
    async run(bench) {
      const [offerId] = bench.subject.offers;
      for (const path of ['/session', '/sessions/1', '/drisckit-no-such-path']) {
        const answer = await post(bench, path, JSON.stringify({ sessionName: 'app', offerId }));
        expectClientError(bench, answer, `POST ${path} is served.`);
      }
    },
  },
];
