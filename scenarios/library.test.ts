import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { CLIENT_RULES } from '../protocol/rules/client-rules.ts';
import { listSayings } from './list-sayings.ts';
import { listLibraryNames, readLibraryScenario } from './library.ts';
import { listPlayedSteps } from './player/opening.ts';
import type { Step } from './scenario.ts';
import { MUTANTS } from './test-clients/mutants.ts';
import { playInMemory } from './test-clients/play-in-memory.ts';
import { QUIRKS } from './test-clients/quirks.ts';
import type { Quirk } from './test-clients/quirks.ts';

function isOnWire(step: Step | undefined): boolean {
  return step?.type === 'say' && step.awaits && !/plays|stops playing|shows/.test(step.text);
}

describe('the library', async () => {
  const names = await listLibraryNames();

  it('passes as a whole with a client that conforms, on virtual time', async () => {
    const began = performance.now();
    const outcomes = [];
    for (const name of names) outcomes.push(await playInMemory(await readLibraryScenario(name)));
    const wrong = outcomes.filter(({ verdict }) => verdict !== 'pass');
    expect(wrong.map(({ scenario, failure, reason }) => ({ scenario, failure, reason }))).toEqual([]);
    const virtual = outcomes.reduce((sum, { duration }) => sum + duration, 0);
    const steps = outcomes.reduce((sum, { steps }) => sum + steps.length, 0);
    const took = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(
      `${outcomes.length} scenarios, ${steps} steps: ${(virtual / 1000).toFixed(0)} s of virtual time in ${took} s\n`,
    );
    expect(outcomes.length).toBeGreaterThanOrEqual(45);
  });

  it('says of each scenario why it matters, and cites rules that exist', async () => {
    const scenarios = await Promise.all(names.map(readLibraryScenario));
    const bare = scenarios.filter(
      ({ why, rules, tags }) => why.length < 30 || rules.length === 0 || tags.length === 0,
    );
    expect(bare.map(({ name }) => name)).toEqual([]);
    const known = new Set(CLIENT_RULES.map(({ id }) => id));
    const unknown = scenarios.flatMap(({ rules }) => rules).filter((id) => !known.has(id));
    expect(unknown).toEqual([]);
  });

  it('shows on the wire what the user does, so that a person who drives by hand is waited for', async () => {
    const scenarios = await Promise.all(names.map(readLibraryScenario));
    const unseen = scenarios.flatMap((scenario) => {
      const steps = listSayings(listPlayedSteps(scenario));
      const lost = steps.filter((step, index) => step.kind === 'user' && !isOnWire(steps[index + 1]));
      return lost.map(({ text }) => `${scenario.name}: ${text}`);
    });
    // A stop or a reload without a connection shows nowhere: these two take no harm from going on at once.
    expect(unseen).toEqual([
      'stop-while-lost: user: presses stop',
      'stored-endpoint-is-stale: user: reloads the page',
    ]);
  });

  it('has a mutant for every scenario, and a use for every quirk', () => {
    expect(names.filter((name) => !MUTANTS.some(([scenario]) => scenario === name))).toEqual([]);
    const used = new Set<Quirk>(MUTANTS.map(([, quirk]) => quirk));
    expect((Object.keys(QUIRKS) as Quirk[]).filter((quirk) => !used.has(quirk))).toEqual([]);
  });

  it.each(MUTANTS)('%s finds the client that %s at "%s"', async (name, quirk, step) => {
    const { verdict, failure } = await playInMemory(await readLibraryScenario(name), quirk);
    expect({ verdict, step: failure?.step }).toEqual({
      verdict: 'fail',
      step: expect.stringContaining(step),
    });
  });

  it('is listed with its mutants in the table beside it', async () => {
    const rows = await Promise.all(
      names.map(async (name) => {
        const { title, rules } = await readLibraryScenario(name);
        const mutants = MUTANTS.filter(([scenario]) => scenario === name);
        const found = await Promise.all(
          mutants.map(async ([, quirk]) => {
            const { failure } = await playInMemory(await readLibraryScenario(name), quirk);
            return `${quirk}: step ${failure?.number}, \`${failure?.step}\``;
          }),
        );
        return `| ${name} | ${title} | ${rules.join(', ')} | ${found.join('<br>')} |`;
      }),
    );
    const table = `# The library

Each scenario passes with a conforming client and fails the mutants named here, at the step named here. This
table is written by \`library.test.ts\`; the mutants are in \`test-clients/quirks.ts\`.

| scenario | what happens | rules | mutants and where they fail |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
    await expect(table).toMatchFileSnapshot('library/README.md');
  });
});
