import { SignJWT } from 'jose';
import { errorBodySchema } from '../../protocol/http-bodies.ts';
import type { Bench, DirectCheck } from './direct-check.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { ServerSubject } from './server-subject.ts';

const lacksSecret = ({ secret }: ServerSubject): string | undefined =>
  secret === undefined
    ? "Only with the publisher's secret can the contract make bad tokens (--secret)."
    : undefined;

interface TokenOptions {
  claims?: { [name: string]: unknown };
  secret?: string;
  /** Seconds from now. */
  expiresIn?: number;
  notBeforeIn?: number;
}

function signToken({ subject, customerId }: Bench, options: TokenOptions = {}): Promise<string> {
  const { secret = subject.secret ?? '', expiresIn = 600, notBeforeIn } = options;
  const now = Math.floor(Date.now() / 1000);
  const claims = options.claims ?? { customerId, publisherId: subject.publisherId };
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setExpirationTime(now + expiresIn);
  if (notBeforeIn !== undefined) token.setNotBefore(now + notBeforeIn);
  return token.sign(new TextEncoder().encode(secret));
}

function createWith(bench: Bench, authorization: string | undefined): Promise<HttpAnswer> {
  const body = JSON.stringify({ sessionName: 'app', offerId: bench.subject.offers[0] });
  return bench.request('/sessions', { headers: authorization === undefined ? {} : { authorization }, body });
}

/** 401 is assumed; any 4xx is a refusal, a 5xx is a crash. */
function expectRefusal(bench: Bench, answer: HttpAnswer, what: string): void {
  if (answer.status >= 400 && answer.status < 500) return;
  throw bench.violation('401', describeAnswer(answer), `A request with ${what} is not refused.`);
}

async function refuses(bench: Bench, what: string, token: Promise<string> | string): Promise<void> {
  expectRefusal(bench, await createWith(bench, `Bearer ${await token}`), what);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export const authorisationChecks: readonly DirectCheck[] = [
  {
    // 2.8 A server MUST answer 401 when the token is missing or malformed.
    rule: 'server/authorisation/refuse-no-token',
    async run(bench) {
      const { publisherId } = bench.subject;
      const good = await bench.subject.tokenFor(bench.customerId);
      expectRefusal(bench, await createWith(bench, undefined), 'no authorization header');
      expectRefusal(bench, await createWith(bench, 'Bearer'), 'an empty token');
      expectRefusal(bench, await createWith(bench, `Basic ${good}`), 'another scheme');
      await refuses(bench, 'a token that is none', 'garbage');
      await refuses(
        bench,
        'a payload without a signature',
        `${encode({ alg: 'HS256' })}.${encode({ publisherId })}`,
      );
    },
  },
  {
    // 2.8 … wrongly signed …
    rule: 'server/authorisation/refuse-wrong-signature',
    async run(bench) {
      await refuses(
        bench,
        'a token that another secret signed',
        signToken(bench, { secret: 'not the secret at all' }),
      );
    },
  },
  {
    // 2.8 … unsigned (`alg: none`) …
    rule: 'server/authorisation/refuse-unsigned',
    async run(bench) {
      const { customerId, subject } = bench;
      const payload = encode({
        customerId,
        publisherId: subject.publisherId,
        exp: Math.floor(Date.now() / 1000) + 600,
      });
      for (const alg of ['none', 'None'])
        await refuses(bench, `alg: ${alg}`, `${encode({ alg, typ: 'JWT' })}.${payload}.`);
    },
  },
  {
    // 2.10 A token MUST count as expired from the second named in `exp` on.
    rule: 'server/authorisation/refuse-expired',
    lacks: lacksSecret,
    run: (bench) =>
      refuses(bench, 'a token that expired ten minutes ago', signToken(bench, { expiresIn: -600 })),
  },
  {
    // 2.15 A server SHOULD answer 401 … to a token before the second named in its claim `nbf`.
    rule: 'server/authorisation/refuse-early',
    lacks: lacksSecret,
    run: (bench) =>
      refuses(
        bench,
        'a token that is valid in an hour',
        signToken(bench, { notBeforeIn: 3600, expiresIn: 7200 }),
      ),
  },
  {
    // 2.8 … or lacks `customerId` or `publisherId`.
    rule: 'server/authorisation/refuse-missing-claims',
    lacks: lacksSecret,
    async run(bench) {
      const { customerId, subject } = bench;
      await refuses(
        bench,
        'a token without customerId',
        signToken(bench, { claims: { publisherId: subject.publisherId } }),
      );
      await refuses(bench, 'a token without publisherId', signToken(bench, { claims: { customerId } }));
    },
  },
  {
    // 2.9 … a token that one publisher's secret signed in another publisher's name.
    rule: 'server/authorisation/refuse-foreign-publisher',
    lacks: lacksSecret,
    async run(bench) {
      const { customerId } = bench;
      const claims = {
        customerId,
        publisherId: bench.subject.disabledPublisher?.id ?? 'drisckit-no-such-publisher',
      };
      await refuses(bench, "another publisher's name", signToken(bench, { claims }));
    },
  },
  {
    // 2.5 A server MUST … take `123` and `"123"` for the same identity.
    rule: 'server/authorisation/accept-numbers-and-strings',
    lacks: (subject) =>
      lacksSecret(subject) ??
      (/^\d+$/.test(subject.publisherId)
        ? undefined
        : "The publisher's id is no number, so it has one form only."),
    run: checkNumbersAndStrings,
  },
  {
    // 3.39 Every answer with a status of 400 or more MUST be a JSON object with the strings `code` and `message`.
    rule: 'server/authorisation/json-error',
    async run(bench) {
      const answer = await createWith(bench, 'Bearer garbage');
      if (errorBodySchema.safeParse(answer.body).success) return;
      throw bench.violation(
        '{"code": "…", "message": "…"}',
        describeAnswer(answer),
        'A refusal is not explained as JSON.',
      );
    },
  },
  {
    // 2.12 A request that is answered with 401 MUST change nothing.
    rule: 'server/authorisation/refusal-changes-nothing',
    async run(bench) {
      for (let n = 0; n <= bench.subject.limit; n += 1) {
        await createWith(bench, `Bearer ${await signToken(bench, { secret: 'not the secret at all' })}`);
      }
      for (let n = 1; n <= bench.subject.limit; n += 1) {
        const device = bench.device(`device ${n}`);
        const answer = await bench.triedBy(device, device.name);
        if (device.endpoint === undefined) {
          const message = 'Refused requests have used up slots.';
          throw bench.violation(`${bench.subject.limit} free slots`, describeAnswer(answer), message);
        }
      }
    },
  },
];

async function checkNumbersAndStrings(bench: Bench): Promise<void> {
  const { subject } = bench;
  const customerId = String(7_000_000_000 + Math.abs(hash(bench.customerId)));
  const claims = { customerId: Number(customerId), publisherId: Number(subject.publisherId) };
  const asStrings = bench.device('phone', { customerId });
  await bench.createdBy(asStrings, 'phone');
  const others = Array.from({ length: subject.limit }, (_, n) =>
    bench.device(`tv ${n + 1}`, { customerId, token: signToken(bench, { claims }) }),
  );
  const last = others.pop()!;
  for (const device of others) {
    // That the claims are numbers is what is tested: a refusal here is no missing ground.
    const answer = await bench.triedBy(device, device.name);
    if (device.endpoint === undefined)
      throw bench.violation('a session', describeAnswer(answer), 'Claims as numbers are refused.');
  }
  const answer = await last.create('one too many');
  const read = readAnswer(answer);
  if (read.kind === 'granted') last.endpoint = read.endpoint;
  if (read.kind === 'limit-reached') return;
  throw bench.violation(
    'LimitExceeded: the numbers and the strings name the same customer',
    describeAnswer(answer),
    'Claims as numbers are not the same identity as strings.',
  );
}

/** A number out of a customer's id, so that runs do not meet. */
function hash(text: string): number {
  return Array.from(text).reduce((sum, character) => (sum * 31 + character.codePointAt(0)!) | 0, 7);
}
