import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';

const running: ChildProcessWithoutNullStreams[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGINT');
    await once(child, 'exit');
  }
});

/** The built command, with its lines as they come. */
function drisc(...args: string[]) {
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args]);
  running.push(child);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const until = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.find((line) => line.includes(text));
        if (found !== undefined) resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { child, lines, until };
}

interface Ready {
  url: string;
  tokens: { token: string }[];
}

describe('what the README shows', () => {
  it('happens: limit reached, PING, and a takeover that the victim sees', async () => {
    const server = drisc('serve', '--port', '0', '--limit', '1', '--json');
    const { url, tokens } = JSON.parse(await server.until('"ready"')) as Ready;
    const ask = async (path: string, body: object): Promise<any> => {
      const headers = { authorization: `Bearer ${tokens[0]!.token}` };
      const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      return answer.json();
    };

    const { endpoint } = await ask('/sessions', { sessionName: 'Living room', offerId: 'S100_US' });
    const device = drisc('connect', endpoint);
    await device.until('← {"action":"OK"}');

    const refused = await ask('/sessions', { sessionName: 'Kitchen', offerId: 'S100_US' });
    expect(refused).toMatchObject({
      code: 'LimitExceeded',
      details: { takeOverEnabled: true, activeSessions: [{ name: 'Living room' }] },
    });
    await device.until('→ PONG');

    const { sessionId } = refused.details.activeSessions[0];
    const taken = await ask('/takeover', { sessionName: 'Kitchen', offerId: 'S100_US', sessionId });
    expect(taken.endpoint).toMatch(/^ws:/);
    await device.until('← {"action":"TAKE_OVER","sessionName":"Kitchen"}');
    await device.until('closed 1000 taken over by another session');
  });

  it('compiles and runs: the library', async () => {
    const readme = await readFile('README.md', 'utf8');
    const block = /```ts\n(.*?)```/s.exec(readme)?.[1];
    expect(block).toBeDefined();
    const file = 'dist/readme-example.mjs';
    await writeFile(file, block!);
    const child = spawn(process.execPath, [file]);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('names commands that exist', async () => {
    const readme = await readFile('README.md', 'utf8');
    const commands = new Set([...readme.matchAll(/npx drisc (\w+)/g)].map(([, name]) => name!));
    expect(commands.size).toBeGreaterThan(3);
    for (const name of commands) {
      const { child } = drisc(name, '--help');
      expect([name, ...(await once(child, 'exit'))]).toEqual([name, 0, null]);
    }
  });
});
