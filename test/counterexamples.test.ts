import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stepSchema } from '../contracts/generate/conversation.ts';
import { parseReplayToken } from '../contracts/generate/replay-token.ts';
import { SERVER_MUTANTS } from '../contracts/mutants/server/catalogue.ts';
import { startServer } from '../contracts/mutants/server/start-mutant.ts';
import { makeAcquaintance } from '../contracts/server/acquaintance.ts';
import { runConversation } from '../contracts/server/conversation-run.ts';
import { beginVisit } from '../contracts/server/visit.ts';

const [, ...sections] = readFileSync('docs/counterexamples.md', 'utf8').split(/^## /m);
const PAGE = sections.map((section) => ({
  name: section.slice(0, section.indexOf('\n')),
  rule: /It breaks `([^`]+)`/.exec(section)?.[1] ?? '',
  steps: [...section.matchAll(/^\d+\. (.+)$/gm)].map(([, step]) => step),
  command: /^npx drisc (test server .+)$/m.exec(section)?.[1] ?? '',
  token: /--replay (\S+)/.exec(section)?.[1] ?? '',
}));

describe('the page of counterexamples', () => {
  it('shows three faults, each by the rule that it breaks', () => {
    expect(PAGE.map(({ name, rule }) => [name, rule])).toEqual(
      PAGE.map(({ name }) => [name, SERVER_MUTANTS.find((mutant) => mutant.name === name)?.breaks]),
    );
    expect(PAGE).toHaveLength(3);
  });

  it.each(PAGE)('$name: its steps break the rule, and without any one of them they do not', async (shown) => {
    await using server = await startServer(SERVER_MUTANTS.find(({ name }) => name === shown.name));
    const steps = stepSchema.array().parse(parseReplayToken(shown.token).steps);
    expect(shown.steps).toHaveLength(steps.length);
    // What a faulty server seems to do where the documents leave a choice decides what is expected of it.
    const { habits } = await makeAcquaintance(server.subject, 'acquaintance', beginVisit());
    const broken = async (some: typeof steps): Promise<string | undefined> =>
      (await runConversation(server.subject, habits, some)).finding?.rule;
    expect(await broken(steps)).toBe(shown.rule);
    for (const index of steps.keys()) expect(await broken(steps.toSpliced(index, 1))).not.toBe(shown.rule);
  });

  it('has commands that find the same rule broken', async () => {
    const [first] = PAGE;
    await using server = await startServer(SERVER_MUTANTS.find(({ name }) => name === first!.name));
    const words = first!.command.replace('http://127.0.0.1:4020', server.subject.url).split(' ');
    const run = promisify(execFile)(process.execPath, [resolve('dist/cli/main.js'), ...words, '--quiet'], {
      cwd: mkdtempSync(join(tmpdir(), 'drisc-counterexamples-')),
      env: { ...process.env, NO_COLOR: '1' },
    });
    await expect(run).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining(first!.rule) as string,
    });
  });
});
