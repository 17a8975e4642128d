import type { JournalEntry } from '../simulator/journal-entry.ts';

type Request = Extract<JournalEntry, { kind: 'request' }>;

/** A word of a POSIX shell: in single quotes, whatever is in it. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The request once more, as a curl command. */
export function formatCurl({ method, url, headers, body }: Request, token: string): string {
  const parts = [`curl -i${url.startsWith('https') ? ' -k' : ''} -X ${method} ${quote(url)}`];
  if ('authorization' in headers) parts.push(`-H ${quote(`Authorization: Bearer ${token}`)}`);
  const type = headers['content-type'];
  if (type !== undefined) parts.push(`-H ${quote(`Content-Type: ${type}`)}`);
  if (body !== '') parts.push(`--data-raw ${quote(body)}`);
  return parts.join(' \\\n  ');
}

/** A session like the one at hand, created and then held by wscat: endpoints are masked, and serve one session only. */
export function formatWscat(options: {
  origin: string;
  token: string;
  sessionName: string;
  offerId: string;
  /** What to send once it is open; REQUESTED unless told. */
  frame?: string | undefined;
}): string {
  const { origin, token, sessionName, offerId, frame = '{"action":"REQUESTED"}' } = options;
  const create = [
    `curl -s${origin.startsWith('https') ? 'k' : ''} -X POST ${quote(`${origin}/sessions`)}`,
    `-H ${quote(`Authorization: Bearer ${token}`)}`,
    `--data-raw ${quote(JSON.stringify({ sessionName, offerId }))}`,
  ].join(' ');
  const read = `node -p 'JSON.parse(require("fs").readFileSync(0,"utf8")).endpoint'`;
  return `endpoint=$(${create} | ${read})\nnpx wscat ${origin.startsWith('https') ? '-n ' : ''}-c "$endpoint" -w 60 -x ${quote(frame)}`;
}
