import { createCertificate } from '../../../simulator/host/certificate.ts';
import { createRealPace } from '../../client/pace.ts';
import { CUSTOMER } from '../../client/stage/cast.ts';
import { openPort } from '../../client/stage/port-host.ts';
import type { PortHost, PortHostOptions } from '../../client/stage/port-host.ts';
import type { AttachedClient, CasePorts, ClientLease } from '../attached-client.ts';
import { interceptHost } from './intercept-host.ts';
import type { Interception } from './intercept-host.ts';
import { openPageSite } from './page-site.ts';
import type { PageOptions, PageSite } from './page-site.ts';
import { PageSubject } from './page-subject.ts';

/** The page, and how many cases it is put through at once. */
export interface PageClientOptions extends PageOptions {
  /** How many pages are open at once; 4 unless told. */
  lanes?: number | undefined;
}

/**
 * Attaches a page in a real browser. Each case opens it in a context of its own, which nothing is left in.
 * @throws {SubjectError} `NoBrowser`, `NoPage`, `BadDriver`
 */
export async function attachPage(options: PageClientOptions): Promise<AttachedClient> {
  const { lanes = 4 } = options;
  const site = await openPageSite(options);
  const close = async (): Promise<void> => site[Symbol.asyncDispose]();
  const tls = await certify(site.origin).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const found = new Map<string, 'pressed' | 'missed'>();
  return {
    name: site.name,
    driven: site.driven,
    sights: site.sights,
    lanes,
    virtual: false,
    createPace: createRealPace,
    take: (ports) => openCase(site, ports, { tls }, found),
    notes: () =>
      [...found].flatMap(([what, how]) =>
        how === 'missed' ? [`The page never let its user ${what}: ${HINT}`] : [],
      ),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const HINT = 'say in a driver file, or by data-drisc, what to press (docs/attach-a-client.md).';

/** What the port shows to a page that asks for the origin over TLS. */
async function certify(origin: URL | undefined): Promise<PortHostOptions['tls']> {
  return origin?.protocol === 'https:' ? createCertificate([origin.hostname], Date.now()) : undefined;
}

/** Leads the origin that the page has compiled in, if any, to the port of a case. */
async function intercept(origin: URL | undefined, port: PortHost): Promise<Interception | undefined> {
  return origin && interceptHost(origin, Number(new URL(port.url).port));
}

async function openCase(
  site: PageSite,
  { stage, request }: CasePorts,
  portOptions: PortHostOptions,
  found: Map<string, 'pressed' | 'missed'>,
): Promise<ClientLease> {
  const port = await openPort(stage, portOptions);
  const interception = await intercept(site.origin, port).catch(async (error: unknown) => {
    await port.close();
    throw error;
  });
  const baseUrl = site.origin?.origin ?? port.url;
  const subject = new PageSubject(site, {
    request: request(baseUrl),
    proxy: interception?.url,
    async sessions() {
      const held = await stage.simulator.sessions.list(CUSTOMER);
      return held.map(({ id, name }) => ({ sessionId: id, name }));
    },
  });
  const log: string[] = [];
  subject.subscribe((event) => event.event === 'log' && log.push(event.line));
  const release = async (): Promise<void> => {
    for (const what of subject.missed) if (!found.has(what)) found.set(what, 'missed');
    for (const what of subject.pressed) found.set(what, 'pressed');
    try {
      await subject.close();
    } finally {
      // A page that does not close leaves no port open.
      await Promise.all([interception?.close(), port.close()]);
    }
  };
  try {
    // A page that nobody can stop has started by the time that the user is said to have pressed play.
    if (site.driven) await subject.open();
    else subject.openSoon();
  } catch (error) {
    await release();
    throw error;
  }
  return { subject, baseUrl, log: () => log, release };
}
