import { createSimulator } from '../../../simulator/simulator.ts';
import type { Simulator } from '../../../simulator/simulator.ts';
import { resolveServerSubject } from '../../server/server-subject.ts';
import type { ServerSubject } from '../../server/server-subject.ts';
import { signWithSecret } from '../../subject/token-source.ts';
import type { ServerMutant } from './mutant.ts';

/** What every server of the mutation run has: two publishers, two offers of two sessions, and a short PONG deadline. */
const PONG_TIMEOUT = 1_200;

export interface StartedServer extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly subject: ServerSubject;
}

/** What a publisher decides; two offers of two sessions and takeover unless told. */
export interface ServerTerms {
  readonly limit?: number;
  readonly takeover?: boolean;
  readonly offers?: 1 | 2;
}

/** Starts a faulty server, or an honest one where no mutant is given, and describes it as a subject. */
export async function startServer(
  mutant?: Pick<ServerMutant, 'settings' | 'store' | 'tamper'>,
  port = 0,
  { limit = 2, takeover = true, offers = 2 }: ServerTerms = {},
): Promise<StartedServer> {
  const started: { simulator?: Simulator } = {};
  const simulator = createSimulator({
    publishers: [
      { id: '1000', secret: 'drisc-simulator-secret', takeover },
      { id: '2000', secret: 'drisc-disabled-secret', enabled: false },
    ],
    offers: [
      { id: 'A', tags: ['live'], limit },
      { id: 'B', tags: ['vod'], limit },
    ],
    settings: { pongTimeout: PONG_TIMEOUT, ...mutant?.settings },
    store: mutant?.store?.(),
    tamper: mutant?.tamper?.(() => started.simulator!),
  });
  started.simulator = simulator;
  const url = await simulator.listen({ port });
  const subject = resolveServerSubject({
    url,
    publisherId: '1000',
    tokens: signWithSecret('1000', 'drisc-simulator-secret'),
    offers: ['A', 'B'].slice(0, offers),
    tag: 'live',
    limit,
    takeover,
    pongTimeout: mutant?.settings?.pongTimeout ?? PONG_TIMEOUT,
    disabledPublisher: { id: '2000', secret: 'drisc-disabled-secret' },
    customerPrefix: 'drisckit',
  });
  return { simulator, subject, [Symbol.asyncDispose]: () => simulator.close() };
}
