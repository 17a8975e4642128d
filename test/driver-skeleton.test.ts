import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProcessClient } from '../contracts/subject/process-client.ts';
import type { ClientSubject, SubjectEvent } from '../scenarios/client-subject.ts';

/** A player that grants itself everything, and says what it does on standard error, and its session's name as an error. */
const PLAYER = `export const createPlayer = ({ onPlayback, onError }) => ({
  async start({ sessionName }) {
    console.error('plays');
    setInterval(() => {}, 1000);
    onError(sessionName);
    onPlayback(true);
  },
  async stop() {
    console.error('stopped');
    onPlayback(false);
  },
  async takeover() {},
  async resume() {
    onPlayback(true);
  },
  async forget() {},
  async close() {},
});
`;

describe('the skeleton in docs/driver-protocol.md', () => {
  let folder: string;

  beforeEach(async () => {
    const page = await readFile(new URL('../docs/driver-protocol.md', import.meta.url), 'utf8');
    folder = await mkdtemp(path.join(tmpdir(), 'drisc-skeleton-'));
    await writeFile(path.join(folder, 'main.mjs'), /```js\n([^]*?)```/.exec(page)![1]!);
    await writeFile(path.join(folder, 'player.mjs'), PLAYER);
  });

  afterEach(() => rm(folder, { recursive: true }));

  function start(driven: boolean, env = {}): ClientSubject {
    return createProcessClient({ command: `'${process.execPath}' main.mjs`, cwd: folder, driven, env });
  }

  it('obeys each command, whatever characters are in a name', async () => {
    await using client = start(true);
    const seen: SubjectEvent[] = [];
    const exited = new Promise<void>((resolve) => {
      client.subscribe((event) => (event.event === 'exited' ? resolve() : seen.push(event)));
    });
    const name = 'a"b\\c</script>\n🎬 \u2028\u2029';
    await client.send({
      do: 'start',
      baseUrl: 'http://127.0.0.1:9',
      token: 't',
      tag: 'live',
      sessionName: name,
    });
    await client.send({ do: 'reload' });
    await client.send({ do: 'stop' });
    await client.send({ do: 'exit' });
    await exited;
    expect(seen[0]).toEqual({ event: 'ready' });
    expect(seen).toContainEqual({ event: 'error', message: name });
    expect(seen.filter(({ event }) => event === 'playback')).not.toEqual([]);
  });

  it('plays from the environment where nobody drives it, and leaves when it is told to', async () => {
    await using client = start(false, { DRISC_BASE_URL: 'http://127.0.0.1:9', DRISC_TAG: 'live' });
    const seen: SubjectEvent[] = [];
    const plays = new Promise<void>((resolve) => {
      client.subscribe((event) => {
        seen.push(event);
        if (event.event === 'log' && event.line === 'plays') resolve();
      });
    });
    await plays;
    await client.close();
    expect(seen.filter(({ event }) => event !== 'exited')).toEqual([
      { event: 'log', line: 'plays' },
      { event: 'log', line: 'stopped' },
    ]);
  });
});
