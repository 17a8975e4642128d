import { driverCommandSchema } from '../../../protocol/driver-protocol.ts';
import type { StartCommand } from '../../../protocol/driver-protocol.ts';
import { readLines } from '../../subject/read-lines.ts';
import { openWorld } from './process-ports.ts';
import type { ReferenceClient } from './reference-client.ts';

/** Lets a client run as a process: by the driver protocol, or from its environment where nobody drives it. */
export async function runAsProcess(
  Client: typeof ReferenceClient,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const driven = env['DRISC_DRIVER'] === '1';
  const client = new Client(openWorld(), (event) => {
    if (driven) process.stdout.write(`${JSON.stringify(event)}\n`);
  });
  if (!driven) {
    client.obey(readEnvironment(env));
    return;
  }
  process.stdout.write('{"event":"ready"}\n');
  process.stdin.on('end', () => process.exit(0));
  readLines(process.stdin, (line) => {
    const command = driverCommandSchema.parse(JSON.parse(line));
    client.obey(command);
    if (command.do === 'exit') process.exit(0);
  });
}

function readEnvironment(env: Readonly<Record<string, string | undefined>>): StartCommand {
  const { DRISC_BASE_URL, DRISC_TOKEN = '', DRISC_OFFER_ID, DRISC_TAG, DRISC_SESSION_NAME } = env;
  if (DRISC_BASE_URL === undefined) throw new TypeError('DRISC_BASE_URL: expected the base URL of a server');
  return {
    do: 'start',
    baseUrl: DRISC_BASE_URL,
    token: DRISC_TOKEN,
    ...(DRISC_OFFER_ID ? { offerId: DRISC_OFFER_ID } : { tag: DRISC_TAG ?? '' }),
    ...(DRISC_SESSION_NAME === undefined ? {} : { sessionName: DRISC_SESSION_NAME }),
  };
}
