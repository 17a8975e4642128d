import pc from 'picocolors';
import { renderUnicodeCompact } from 'uqr';
import { CONTROL_PATH } from '../simulator/control/control-app.ts';
import type { Simulator } from '../simulator/simulator.ts';

/** Long enough for a day's work with a printed token. */
const TOKEN_LIFETIME = 24 * 3_600_000;

/** What a user needs to begin: addresses, secrets, tokens. */
export interface Ready {
  readonly url: string;
  /** The addresses for other devices of the network. */
  readonly lanUrls: readonly string[];
  readonly publisherId: string;
  /** Nothing where the publisher signs with keys of its own. */
  readonly secret?: string | undefined;
  readonly offers: readonly { id: string; tags: readonly string[]; limit: number }[];
  readonly tokens: readonly { customerId: string; token: string }[];
  readonly controlToken: string;
  /** The inspector, with the token in the fragment: browsers send that to nobody. */
  readonly inspector: string;
  readonly clock: 'real' | 'virtual';
  readonly file?: string | undefined;
}

export async function describeReady(
  simulator: Simulator,
  { addresses = [], file }: { addresses?: readonly string[]; file?: string | undefined } = {},
): Promise<Ready> {
  const [publisher] = simulator.directory.publishers();
  const secret = publisher && 'secret' in publisher.key ? publisher.key.secret : undefined;
  const tokens = (secret === undefined ? [] : ['1001', '1002']).map(async (customerId) => ({
    customerId,
    token: await simulator.token({ customerId, lifetime: TOKEN_LIFETIME }),
  }));
  const url = simulator.url.replace('//0.0.0.0', '//127.0.0.1');
  return {
    url,
    lanUrls: addresses.map((address) => url.replace('127.0.0.1', address)),
    publisherId: publisher?.id ?? '',
    secret,
    offers: simulator.directory.offers().map(({ id, tags, limit }) => ({ id, tags, limit })),
    tokens: await Promise.all(tokens),
    controlToken: simulator.controlToken,
    inspector: `${url}${CONTROL_PATH}/#token=${encodeURIComponent(simulator.controlToken)}`,
    clock: 'advance' in simulator.clock ? 'virtual' : 'real',
    file,
  };
}

export function formatReady(ready: Ready): string {
  const { url, publisherId, secret, offers, tokens, controlToken, inspector, clock, file } = ready;
  const offerLines = offers.map(
    ({ id, tags, limit }) =>
      `  ${pc.bold(id)}  ${limit} ${limit === 1 ? 'session' : 'sessions'}${tags.length > 0 ? `, tag ${tags.join(', ')}` : ''}`,
  );
  const tokenLines = tokens.map(({ customerId, token }) => `  ${customerId}  ${token}`);
  const signed = secret === undefined ? 'its own keys' : `secret ${secret}`;
  return `
${pc.bold('drisc')} simulator at ${pc.bold(pc.green(url))}   publisher ${publisherId}, ${signed}
${file === undefined ? '' : `configured by ${file}\n`}${formatLan(ready)}
Offers
${offerLines.join('\n')}

${tokenLines.length > 0 ? `Tokens for two customers, good for 24 hours\n${tokenLines.join('\n')}\n` : ''}
Try it: create a session, then connect to it as a device would
${pc.cyan(`  curl -s${url.startsWith('https') ? ' -k' : ''} -X POST ${url}/sessions \\
    -H 'Authorization: Bearer ${tokens[0]?.token ?? '<a token>'}' \\
    -d '{"sessionName":"Living room","offerId":"${offers[0]?.id}"}'
  npx drisc connect '<the endpoint in the answer>'`)}

Look inside and change things: open the inspector, or ask from the command line
  ${pc.bold(pc.green(inspector))}
${pc.cyan(`  export DRISC_URL=${url} DRISC_CONTROL_TOKEN=${controlToken}
  npx drisc ctl list-pools`)}

Put your app into a scenario: let it call its session ${pc.bold('drisc:limit-reached')}, or send ${pc.bold('x-drisc-scenario: limit-reached')}
${pc.cyan('  npx drisc ctl show-scenario-plays')}   how it goes; drisc list scenarios has the others
${clock === 'virtual' ? pc.cyan('  npx drisc ctl advance-clock 5000') + '   the clock stands still until then\n' : ''}
Ctrl-C ends it.
`;
}

function formatLan({ lanUrls }: Ready): string {
  const [first] = lanUrls;
  if (first === undefined) return '';
  return `for this network ${lanUrls.map((url) => pc.bold(pc.green(url))).join(', ')}\n\n${renderUnicodeCompact(first)}\n`;
}
