import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runClientContract } from '../contracts/client/run-client-contract.ts';
import { SITUATIONS } from '../contracts/client/situations/situations.ts';
import { attachCommand } from '../contracts/subject/command-client.ts';
import type { RuleResult } from '../reports/result.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A copy of the Node client that knows no driver protocol, with one passage changed. */
async function plant(honest: string, fault: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'drisc-undriven-'));
  folders.push(folder);
  await cp('examples/node-client', folder, { recursive: true });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  for (const [file, from, to] of [
    ['connection.js', honest, fault],
    ['main.js', "env.DRISC_DRIVER === '1'", 'false'],
  ] as const) {
    const text = await readFile(join(folder, file), 'utf8');
    expect(text.split(from)).toHaveLength(2);
    await writeFile(join(folder, file), text.replace(from, to));
  }
  return folder;
}

const FEW = [
  'play-and-stop',
  'taken-over',
  'take-over',
  'network-breaks-once',
  'malformed-messages',
  'expired',
];

async function judge(honest = "case 'TAKE_OVER':", fault = honest): Promise<RuleResult[]> {
  const folder = await plant(honest, fault);
  await using client = await attachCommand({ command: `node '${join(folder, 'main.js')}'`, lanes: 3 });
  expect(client.driven).toBe(false);
  const situations = SITUATIONS.filter(({ name }) => FEW.includes(name));
  return (await runClientContract(client, { situations })).rules;
}

function idsOf(rules: readonly RuleResult[], ...verdicts: RuleResult['verdict'][]): string[] {
  return rules.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id);
}

describe('a client that plays from its environment and can be told nothing', () => {
  it('conforms by what the wire shows, and is told what would show the rest', async () => {
    const rules = await judge();
    expect(idsOf(rules, 'fail', 'warn')).toEqual([]);
    expect(idsOf(rules, 'pass')).toEqual(
      expect.arrayContaining([
        'client/request/endpoint-verbatim',
        'client/gate/requested-first',
        'client/liveness/answers-ping',
        'client/recovery/same-endpoint',
        'client/recovery/forgets-expired',
        'client/takeover/victim-stays-away',
        'client/robustness/malformed-message',
      ]),
    );
    const reasonOf = (id: string): string | undefined => {
      const rule = rules.find((one) => one.id === id);
      expect(rule?.verdict).toBe('not-observable');
      return rule?.reason;
    };
    expect(reasonOf('client/gate/no-play-before-ok')).toContain('Let the client write {"event":"playback"}');
    expect(reasonOf('client/takeover/shows-sessions')).toContain('Let the client write {"event":"limit"}');
    expect(reasonOf('client/finish/at-stop')).toContain('a client that can be told what its user does');
  });

  it.each([
    ["return say('PONG');", 'return undefined;', 'client/liveness/answers-ping'],
    ["case 'TAKE_OVER':", "case 'TAKEN_OVER':", 'client/takeover/victim-stays-away'],
  ])('is found out by the wire alone where %j is %j', async (honest, fault, rule) => {
    expect(idsOf(await judge(honest, fault), 'fail', 'warn')).toContain(rule);
  });
});
