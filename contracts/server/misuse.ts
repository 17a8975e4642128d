import { mintCustomerToken } from '../../protocol/tokens.ts';
import type { Bench, DirectCheck } from './direct-check.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import { Unmet } from './violation.ts';
import { openWire } from './wire.ts';

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
      const start = bench.record.now();
      await bench.connectedBy(device);
      // A grant takes its time: no OK is one that does not come in several times as long.
      const within = Math.max(bench.habits.settle, 4 * (bench.record.now() - start));
      for (const [what, endpoint] of Object.entries(spoilEndpoint(device.endpoint!))) {
        await bench.subject.pace();
        bench.record.goOn();
        const wire = openWire(bench.record, `stranger (${what})`, endpoint);
        await bench.record.until(
          () => (wire.state === 'connecting' ? undefined : true),
          bench.habits.patience,
        );
        if (wire.state === 'open') wire.sendAction('REQUESTED');
        const granted = wire.state === 'open' && (await bench.hears(wire, 'OK', within));
        wire.cut();
        if (granted) throw bench.violation('no OK', 'OK', `A connection with ${what} is granted.`);
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

/** Notes in which of the shapes that the sources show it says so (AMB-1). */
function expectDisabled(bench: Bench, answer: HttpAnswer): void {
  const { endpoint, status, enabled } = (answer.body ?? {}) as { [member: string]: unknown };
  if (readAnswer(answer).kind === 'disabled' && endpoint === undefined) {
    const hasBoth = status === 'disabled' && enabled === false;
    bench.readings.noteSettings({
      disabledShape: hasBoth ? 'both' : enabled === false ? 'enabled' : 'status',
    });
    return;
  }
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
