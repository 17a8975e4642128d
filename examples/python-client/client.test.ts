import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runClientContract } from '../../contracts/client/run-client-contract.ts';
import { SITUATIONS } from '../../contracts/client/situations/situations.ts';
import { attachCommand } from '../../contracts/subject/command-client.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PYTHON = ['/usr/bin/python3', 'python3'].find(isRecentEnough);

/** 3.10 has `match`. */
function isRecentEnough(command: string): boolean {
  const check = 'import sys; sys.exit(sys.version_info < (3, 10))';
  return spawnSync(command, ['-c', check]).status === 0;
}

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A copy of the client with one passage changed. */
async function plant(file: string, honest: string, fault: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'drisc-python-'));
  folders.push(folder);
  await cp(HERE, folder, { recursive: true });
  const text = await readFile(join(HERE, file), 'utf8');
  expect(text.split(honest)).toHaveLength(2);
  await writeFile(join(folder, file), text.replace(honest, fault));
  return folder;
}

async function judge(folder: string, names: readonly string[]) {
  await using client = await attachCommand({
    command: `${PYTHON} ${JSON.stringify(join(folder, 'drisc_client.py'))}`,
    lanes: 5,
  });
  const situations = SITUATIONS.filter(({ name }) => names.includes(name));
  const { rules } = await runClientContract(client, { situations });
  return rules.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn').map(({ id }) => id);
}

const FEW = [
  'play-and-stop',
  'taken-over',
  'take-over',
  'network-breaks-once',
  'slow-ok',
  'granted-and-says-disabled',
  'connecting-again-refused-with-404',
  'answer-lost',
];

describe.skipIf(PYTHON === undefined)('the Python client', () => {
  it('conforms', async () => {
    expect(await judge(HERE, FEW)).toEqual([]);
  });

  it.each([
    [
      'plays before OK',
      'session.py',
      'self.endpoint = endpoint\n',
      'self.endpoint = endpoint\n            self.play(True)\n',
      'client/gate/no-play-before-ok',
    ],
    [
      'leaves PING unanswered',
      'session.py',
      '{"action": "PONG"}',
      '{"action": "PANG"}',
      'client/liveness/answers-ping',
    ],
    [
      'comes back after TAKE_OVER',
      'session.py',
      'if action == "EXPIRED":',
      'if action == "TAKE_OVER":',
      'client/takeover/victim-stays-away',
    ],
  ])(
    'is found when it %s',
    async (_, file, honest, fault, rule) => {
      expect(await judge(await plant(file, honest, fault), FEW)).toContain(rule);
    },
    60_000,
  );
});
