import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import pc from 'picocolors';
import { WebSocket } from 'ws';
import { parseServerFrame } from '../../protocol/messages.ts';
import { CommandError, EXIT } from '../exit.ts';

interface ConnectOptions {
  mute?: boolean;
  requested: boolean;
}

export function addConnectCommand(program: Command): void {
  program
    .command('connect')
    .description(
      'Be a device in the terminal: connect to an endpoint, send REQUESTED, answer PING, show every frame.',
    )
    .argument('<endpoint>', 'the endpoint that a create or a takeover returned')
    .option('--mute', 'leave PING unanswered')
    .option('--no-requested', 'do not send REQUESTED upon opening')
    .addHelpText('after', EXAMPLES)
    .action((endpoint: string, options: ConnectOptions) => connect(endpoint, options));
}

const EXAMPLES = `
While it is connected, each line that you type is sent: an action (FINISHED) or any other text as it stands.
End of input (Ctrl-D) leaves the connection open; Ctrl-C cuts it, as a lost network would.

Examples:
  drisc connect 'ws://127.0.0.1:4010/connect?token=…'
  drisc connect --mute 'ws://127.0.0.1:4010/connect?token=…'     a device that does not answer PING
  echo FINISHED | drisc connect 'ws://127.0.0.1:4010/connect?token=…'
`;

async function connect(endpoint: string, { mute, requested }: ConnectOptions): Promise<void> {
  if (!/^wss?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw new CommandError(
      EXIT.usage,
      `expected an endpoint such as ws://host/connect?token=…, got ${endpoint}`,
    );
  }
  const socket = new WebSocket(endpoint);
  try {
    await once(socket, 'open');
  } catch (error) {
    throw new CommandError(
      EXIT.environment,
      `cannot connect: ${(error as Error).message}; endpoints end with their token's life, and with the server`,
      { cause: error },
    );
  }
  const closed = once(socket, 'close') as Promise<[number, Buffer]>;
  const send = (action: string): void => {
    process.stdout.write(`${pc.dim('→')} ${action}\n`);
    socket.send(/^[A-Z_]+$/.test(action) ? JSON.stringify({ action }) : action);
  };
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    process.stdout.write(`${pc.dim('←')} ${pc.bold(text)}\n`);
    const parsed = parseServerFrame(text);
    if (!mute && parsed.ok && parsed.message.action === 'PING') send('PONG');
  });
  if (requested) send('REQUESTED');
  createInterface({ input: process.stdin }).on('line', (line) => line.trim() && send(line.trim()));
  const [code, reason] = await closed;
  process.stdout.write(`${pc.dim('closed')} ${code} ${reason.toString()}\n`);
  process.stdin.destroy();
}
