import { decodeJwt, decodeProtectedHeader } from 'jose';
import { mintCustomerToken } from '../../../protocol/tokens.ts';
import type { Simulator } from '../../../simulator/simulator.ts';
import type { Tamper } from '../../../simulator/tamper.ts';
import type { ServerMutant } from './mutant.ts';

/** What a token says, whoever signed it; nothing where it is none. */
interface Claims {
  alg: string | undefined;
  customerId: unknown;
  publisherId: unknown;
  exp: number;
  nbf: number;
}

function readClaims(request: Request): Claims | undefined {
  const token = (request.headers.get('authorization') ?? '').replace(/^Bearer /, '');
  try {
    const { customerId, publisherId, exp = 0, nbf = 0 } = decodeJwt(token);
    return { alg: decodeProtectedHeader(token).alg, customerId, publisherId, exp, nbf };
  } catch {
    return undefined;
  }
}

/** The same request with a good token of the server's first publisher. */
async function withToken(
  request: Request,
  simulator: Simulator,
  customerId: unknown,
  now = Date.now(),
): Promise<Request> {
  const publisher = simulator.directory.publishers()[0]!;
  const secret = 'secret' in publisher.key ? publisher.key.secret : '';
  const token = await mintCustomerToken({
    secret,
    publisherId: publisher.id,
    customerId: String(customerId),
    now,
  });
  const headers = new Headers(request.headers);
  headers.set('authorization', `Bearer ${token}`);
  return new Request(request, { headers });
}

/** Accepts a token that should be refused, where `isTaken` says so: it counts as the named customer's. */
function accepts(isTaken: (claims: Claims | undefined, now: number) => boolean) {
  return (simulator: () => Simulator): Tamper => ({
    async answer(request, next) {
      const answer = await next(request.clone());
      if (answer.status !== 401) return answer;
      const claims = readClaims(request);
      if (!isTaken(claims, Date.now() / 1000)) return answer;
      return next(await withToken(request, simulator(), claims?.customerId ?? 'anonymous'));
    },
  });
}

const isHs256 = (claims: Claims | undefined): claims is Claims => claims?.alg === 'HS256';
const isComplete = (claims: Claims): boolean =>
  claims.customerId !== undefined && claims.publisherId !== undefined;

export const tokenMutants: readonly ServerMutant[] = [
  {
    name: 'open-door',
    fault: 'A request without a token is let in.',
    breaks: 'server/authorisation/refuse-no-token',
    tamper: accepts((claims) => claims === undefined),
  },
  {
    name: 'signature-unchecked',
    fault: 'The signature of a token is not looked at.',
    breaks: 'server/authorisation/refuse-wrong-signature',
    tamper: accepts(
      (claims, now) =>
        isHs256(claims) &&
        isComplete(claims) &&
        claims.publisherId === '1000' &&
        claims.exp > now &&
        claims.nbf <= now,
    ),
  },
  {
    name: 'alg-none',
    fault: 'A token with alg "none" needs no signature.',
    breaks: 'server/authorisation/refuse-unsigned',
    tamper: accepts((claims) => claims?.alg?.toLowerCase() === 'none'),
  },
  {
    name: 'never-expires',
    fault: 'The expiry of a token is not looked at.',
    breaks: 'server/authorisation/refuse-expired',
    tamper: accepts((claims, now) => isHs256(claims) && isComplete(claims) && claims.exp <= now),
  },
  {
    name: 'too-early',
    fault: 'A token that is not valid yet is accepted.',
    breaks: 'server/authorisation/refuse-early',
    tamper: accepts((claims, now) => isHs256(claims) && isComplete(claims) && claims.nbf > now),
  },
  {
    name: 'anonymous',
    fault: 'A token without customerId counts for a customer named anonymous.',
    breaks: 'server/authorisation/refuse-missing-claims',
    tamper: accepts((claims) => isHs256(claims) && claims.customerId === undefined),
  },
  {
    name: 'any-publisher',
    fault: "A token in another publisher's name is accepted.",
    breaks: 'server/authorisation/refuse-foreign-publisher',
    tamper: accepts((claims) => isHs256(claims) && isComplete(claims) && claims.publisherId !== '1000'),
  },
  {
    name: 'numbers-are-others',
    fault: 'A customerId that is a number is another customer than the same one as a string.',
    breaks: 'server/authorisation/accept-numbers-and-strings',
    tamper: (simulator) => ({
      async answer(request, next) {
        const customerId = readClaims(request)?.customerId;
        if (typeof customerId !== 'number') return next(request);
        return next(await withToken(request, simulator(), `number ${customerId}`));
      },
    }),
  },
  {
    name: 'plain-errors',
    fault: 'Errors are plain text.',
    breaks: 'server/authorisation/json-error',
    tamper: () => ({
      async answer(request, next) {
        const answer = await next(request);
        return answer.status === 401
          ? new Response('Unauthorized', { status: 401, headers: answer.headers })
          : answer;
      },
    }),
  },
  {
    name: 'counts-strangers',
    fault: 'A request with a wrong signature is refused, but has taken a slot.',
    breaks: 'server/authorisation/refusal-changes-nothing',
    tamper: (simulator) => ({
      async answer(request, next) {
        const answer = await next(request.clone());
        const customerId = readClaims(request)?.customerId;
        if (answer.status === 401 && customerId)
          await next(await withToken(request, simulator(), customerId));
        return answer;
      },
    }),
  },
  {
    name: 'one-household',
    fault: 'Customers whose ids begin alike share a pool.',
    breaks: 'server/limit/separate-pools',
    tamper: (simulator) => ({
      async answer(request, next) {
        const customerId = readClaims(request)?.customerId;
        if (typeof customerId !== 'string') return next(request);
        return next(await withToken(request, simulator(), customerId.replace(/-neighbour$/, '')));
      },
    }),
  },
];
