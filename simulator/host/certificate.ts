import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** A certificate and its key, as PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const DAY = 24 * 3_600_000;

/**
 * Makes a certificate that signs itself, good for a month, for the names and addresses given. A client has to be told to
 * trust it.
 * @param now milliseconds since the epoch, of the wall clock: clients look at theirs
 */
export async function createCertificate(hosts: readonly string[], now: number): Promise<Certificate> {
  const altNames = hosts.map((host) =>
    isIP(host) ? ({ type: 7, ip: host } as const) : ({ type: 2, value: host } as const),
  );
  const made = await generate([{ name: 'commonName', value: hosts[0] ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY),
    notAfterDate: new Date(now + 30 * DAY),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...altNames] },
    ],
  });
  return { cert: made.cert, key: made.private };
}
