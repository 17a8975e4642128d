import { interceptHost } from '../contracts/subject/page/intercept-host.ts';
import { parseOrigin } from '../contracts/subject/page/origin.ts';
import { createCertificate } from '../simulator/host/certificate.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { openLoopback } from './door.ts';
import type { Door } from './door.ts';

/**
 * A free port of the loopback for pages in a browser; where an origin is named, a proxy beside it that leads there what
 * pages send to the origin, byte by byte.
 * @throws {TypeError} where the origin is none
 */
export async function openPageDoor(simulator: Simulator, origin: string | undefined): Promise<Door> {
  if (origin === undefined) return openLoopback(simulator);
  const wanted = parseOrigin(origin);
  const secure = wanted.protocol === 'https:';
  // Browsers look at the wall clock to see whether a certificate is good, whatever the clock of the test says.
  const tls = secure ? await createCertificate([wanted.hostname], Date.now()) : undefined;
  const port = Number(new URL(await simulator.listen({ tls })).port);
  const interception = await interceptHost(wanted, port);
  return { url: wanted.origin, proxy: interception.url, close: () => interception.close() };
}
