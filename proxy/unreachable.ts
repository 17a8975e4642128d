const TRUST = 'Trust it by its certificate (--ca FILE), or trust any (--insecure).';

/** Why a server could not be reached, in words for whoever started the proxy. */
export function explainUnreachable(origin: string, { code = '', message }: NodeJS.ErrnoException): string {
  const reason = REASONS[code];
  if (reason !== undefined) return `${origin} cannot be reached: ${reason}`;
  if (/CERT|SELF_SIGNED|SIGNATURE/.test(code))
    return `${origin} has a certificate that is not trusted (${message}). ${TRUST}`;
  if (/^(ERR_SSL|EPROTO)/.test(code))
    return `${origin} does not speak TLS as it should (${message}). Is it http: or ws: in truth?`;
  return `${origin} cannot be reached: ${message}`;
}

const REASONS: { readonly [code: string]: string | undefined } = {
  ECONNREFUSED: 'nothing listens there. Is it running, and is the port right?',
  ENOTFOUND: 'there is no host of that name.',
  EAI_AGAIN: 'its name cannot be looked up just now. Is there a network?',
  ETIMEDOUT: 'it does not answer. Does a firewall stand between?',
  EHOSTUNREACH: 'there is no way to its network.',
  ENETUNREACH: 'there is no way to its network.',
};

/** The mark in the journal on what the proxy answers itself. */
export const UNREACHABLE = 'target unreachable';
