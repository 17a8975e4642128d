import { mintCustomerToken } from '../../protocol/tokens.ts';
import type { Bench, DirectCheck } from './direct-check.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import { Unmet } from './violation.ts';
import { openWire } from './wire.ts';
import type { Wire } from './wire.ts';

export const misuseChecks: readonly DirectCheck[] = [
  {
    // 3.14 … answer a valid `POST /sessions` with 200 and a body that says so, without an `endpoint`.
    rule: 'server/disabled/answer',
    lacks: ({ disabledPublisher }) => (disabledPublisher ? undefined : NO_DISABLED_PUBLISHER),
    async run(bench) {
      expectDisabled(bench, await createWhileDisabled(bench, '/sessions'));
    },
  },
  {
    // 3.16 While DRISC is switched off, a create or takeover MUST NOT create a session.
    rule: 'server/disabled/no-limit',
    lacks: ({ disabledPublisher }) => (disabledPublisher ? undefined : NO_DISABLED_PUBLISHER),
    async run(bench) {
      for (let n = 0; n <= bench.subject.limit; n += 1)
        expectDisabled(bench, await createWhileDisabled(bench, '/sessions'));
      expectDisabled(bench, await createWhileDisabled(bench, '/takeover'));
    },
  },
  {
    // 4.2 A server MUST refuse the upgrade … when the token is missing, malformed … or not signed by this server.
    rule: 'server/connection/refuse-bad-token',
    async run(bench) {
      const device = bench.device('phone');
      await bench.createdBy(device, 'phone');
      for (const [what, endpoint] of Object.entries(spoilEndpoint(device.endpoint!))) {
        await bench.subject.pace();
        bench.record.goOn();
        const wire = openWire(bench.record, `stranger (${what})`, endpoint);
        await bench.record.until(
          () => (wire.state === 'connecting' ? undefined : true),
          bench.habits.patience,
        );
        if (wire.state === 'open') wire.sendAction('REQUESTED');
        const granted = wire.state === 'open' && (await bench.hears(wire, 'OK', bench.habits.settle));
        wire.cut();
        if (granted) throw bench.violation('no OK', 'OK', `A connection with ${what} is granted.`);
      }
    },
  },
  {
    // 4.53 Nothing that a connection sends may end or disturb another session.
    rule: 'server/robustness/bad-frames-harm-nobody',
    async run(bench) {
      const witness = bench.device('witness', { customerId: await bench.anotherCustomer() });
      await bench.createdBy(witness, 'witness');
      const watched = await bench.connectedBy(witness);
      for (const misbehave of MISBEHAVIOURS) await misbehaveAndLeave(bench, misbehave);
      watched.sendAction('REQUESTED');
      if (await bench.hears(watched, 'OK')) return;
      throw bench.violation(
        'the other session goes on',
        'it gets no answer',
        'Bad frames end another session.',
      );
    },
  },
  {
    // 4.51, 4.52 Bad frames are ignored, or close that one connection, whose session is then lost, not deleted.
    rule: 'server/robustness/keep-session',
    async run(bench) {
      for (const misbehave of MISBEHAVIOURS) {
        const device = await misbehaveOnce(bench, misbehave);
        const back = await device.open(bench.habits.patience);
        back.sendAction('REQUESTED');
        if (!(await bench.hears(back, 'OK'))) {
          throw bench.violation(
            'OK',
            back.frames.at(-1)?.entry.raw ?? 'nothing',
            'A bad frame ends the session.',
          );
        }
        await bench.finish(device);
      }
    },
  },
];

const NO_DISABLED_PUBLISHER =
  'No publisher with DRISC switched off is known (--disabled-publisher ID:SECRET).';

async function createWhileDisabled(bench: Bench, path: string): Promise<HttpAnswer> {
  const { id: publisherId, secret } = bench.subject.disabledPublisher!;
  const token = await mintCustomerToken({
    secret,
    publisherId,
    customerId: bench.customerId,
    now: Date.now(),
  });
  const body = { sessionName: 'app', offerId: bench.subject.offers[0], sessionId: 'none' };
  return bench.request(path, { headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
}

function expectDisabled(bench: Bench, answer: HttpAnswer): void {
  const { endpoint } = (answer.body ?? {}) as { endpoint?: unknown };
  if (readAnswer(answer).kind === 'disabled' && endpoint === undefined) return;
  throw bench.violation(
    '200 with status "disabled" or enabled false, and no endpoint',
    describeAnswer(answer),
    'A create while DRISC is off is not answered as disabled.',
  );
}

function spoilEndpoint(endpoint: string): { [what: string]: string } {
  if (!URL.canParse(endpoint)) throw new Unmet(`It needs an endpoint that is a URL, and got ${endpoint}`);
  const url = new URL(endpoint);
  const token = url.searchParams.get('token') ?? '';
  const withToken = (value: string): string => {
    url.searchParams.set('token', value);
    return url.href;
  };
  const [header, payload = '', signature = ''] = token.split('.');
  const spoiled = `${header}.${payload}.${Array.from(signature).toReversed().join('')}`;
  return {
    'a spoilt signature': withToken(spoiled),
    garbage: withToken('garbage'),
    'no token': withToken(''),
  };
}

type Misbehaviour = (wire: Wire) => void;

const MISBEHAVIOURS: readonly Misbehaviour[] = [
  (wire) => wire.send('{"action":'),
  (wire) => wire.send('null'),
  (wire) => wire.send('[]'),
  (wire) => wire.send(''),
  (wire) => wire.send('{"action":"DANCE"}'),
  (wire) => wire.send('{"action":42}'),
  (wire) => wire.send(new Uint8Array([0, 159, 146, 150])),
  (wire) => wire.send(JSON.stringify({ action: 'PONG', padding: 'x'.repeat(1_000_000) })),
  (wire) => wire.sendFragments(['{"act', 'ion":"NON', 'SENSE"}']),
  (wire) => wire.cut(),
];

async function misbehaveOnce(bench: Bench, misbehave: Misbehaviour) {
  const device = bench.device('rascal');
  await bench.createdBy(device, 'rascal');
  const wire = await bench.connectedBy(device);
  misbehave(wire);
  await bench.record.until(() => (wire.state === 'closed' ? true : undefined), bench.habits.settle);
  wire.cut();
  return device;
}

/** What becomes of the rascal itself is another rule's affair. */
async function misbehaveAndLeave(bench: Bench, misbehave: Misbehaviour): Promise<void> {
  try {
    await bench.finish(await misbehaveOnce(bench, misbehave));
  } catch (error) {
    if (!(error instanceof Unmet)) throw error;
  }
}
