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

/** Starts a faulty server, or an honest one where no mutant is given, and describes it as a subject. */
export async function startServer(mutant?: ServerMutant, port = 0): Promise<StartedServer> {
  const started: { simulator?: Simulator } = {};
  const simulator = createSimulator({
    publishers: [
      { id: '1000', secret: 'drisc-simulator-secret' },
      { id: '2000', secret: 'drisc-disabled-secret', enabled: false },
    ],
    offers: [
      { id: 'A', tags: ['live'], limit: 2 },
      { id: 'B', tags: ['vod'], limit: 2 },
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
    offers: ['A', 'B'],
    tag: 'live',
    limit: 2,
    pongTimeout: PONG_TIMEOUT,
    disabledPublisher: { id: '2000', secret: 'drisc-disabled-secret' },
    customerPrefix: 'drisckit',
  });
  return { simulator, subject, [Symbol.asyncDispose]: () => simulator.close() };
}
