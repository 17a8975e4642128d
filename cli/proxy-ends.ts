import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { createTarget } from '../proxy/target.ts';
import type { ProxyOptions } from '../proxy/proxy.ts';
import { createCertificate } from '../simulator/host/certificate.ts';
import { CommandError, EXIT } from './exit.ts';
import { readPem } from './read-pem.ts';

/** The flags that say how a proxy speaks with its two ends. */
export interface ProxyEndFlags {
  target: string;
  host: string;
  tls?: boolean;
  tlsCert?: string;
  tlsKey?: string;
  ca?: string;
}

/**
 * Reads what says where the server is, whom to trust there, and how clients are spoken with.
 * @throws {CommandError} that names the flag, where one is not what it should be.
 */
export async function readProxyEnds(
  flags: ProxyEndFlags,
): Promise<Pick<ProxyOptions, 'target' | 'ca' | 'tls'>> {
  const target = readTarget(flags.target);
  const { ca: file } = flags;
  if (file === undefined) return { target, tls: await readTls(flags) };
  const ca = await readPem(file, '--ca');
  verifyFlag('--ca', `a certificate (PEM) in ${file}`, () => new X509Certificate(ca));
  return { target, ca, tls: await readTls(flags) };
}

function readTarget(target: string): string {
  try {
    return createTarget(target).origin;
  } catch (cause) {
    throw new CommandError(EXIT.usage, `--${(cause as Error).message}`, { cause });
  }
}

async function readTls({ tls, tlsCert, tlsKey, host }: ProxyEndFlags): Promise<ProxyOptions['tls']> {
  if (tlsCert !== undefined && tlsKey !== undefined) {
    const cert = await readPem(tlsCert, '--tls-cert');
    const key = await readPem(tlsKey, '--tls-key');
    verifyFlag('--tls-cert', `a certificate (PEM) in ${tlsCert}`, () => createSecureContext({ cert }));
    const expected = `the key (PEM) of ${tlsCert} in ${tlsKey}`;
    verifyFlag('--tls-key', expected, () => createSecureContext({ cert, key }));
    return { cert, key };
  }
  if (tlsCert !== undefined || tlsKey !== undefined) {
    throw new CommandError(EXIT.usage, '--tls-cert and --tls-key belong together; give both');
  }
  if (!tls) return undefined;
  return createCertificate([...new Set(['localhost', '127.0.0.1', '::1', host])], Date.now());
}

function verifyFlag(flag: string, expected: string, read: () => unknown): void {
  try {
    read();
  } catch (cause) {
    const message = `${flag}: expected ${expected}, which cannot be read as one: ${(cause as Error).message}`;
    throw new CommandError(EXIT.usage, message, { cause });
  }
}
