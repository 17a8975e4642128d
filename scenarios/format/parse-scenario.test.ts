import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatProblem, parseScenario } from './parse-scenario.ts';

const FOLDER = new URL('broken/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.scenario.yaml'));

/** A whole scenario around some steps; the first of them stands on line 5. */
const around = (steps: string): string => `drisc: 1\ntitle: t\nwhy: w\nsteps:\n${steps}`;

describe('a scenario file', () => {
  it.each(FILES)('%s is refused with line, column and the nearest right word', async (file) => {
    const parsed = parseScenario(readFileSync(new URL(file, FOLDER), 'utf8'), file);
    const problems = parsed.ok ? ['no problem'] : parsed.problems.map(formatProblem);
    await expect(`${problems.join('\n')}\n`).toMatchFileSnapshot(
      `broken/${file.replace('.scenario.yaml', '')}.txt`,
    );
  });

  it('says where and what in the words of the brief', () => {
    const parsed = parseScenario(around('  - app: sned PONG\n'), 'missed-pong.scenario.yaml');
    const problems = parsed.ok ? [] : parsed.problems.map(formatProblem);
    expect(problems).toEqual([
      'missed-pong.scenario.yaml:5:10: unknown step "app: sned PONG"; did you mean "sends PONG"?',
    ]);
  });

  it('gives each step its place, in groups too', () => {
    const parsed = parseScenario(
      around('  - app: plays\n  - in any order:\n      - app: connects\n      - app: plays\n'),
      'x/my.scenario.yaml',
    );
    if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
    expect(parsed.scenario.name).toBe('my');
    expect(parsed.scenario.steps).toMatchObject([
      { type: 'say', place: { line: 5, column: 5 } },
      {
        type: 'any-order',
        place: { line: 6, column: 5 },
        steps: [{ place: { line: 7 } }, { place: { line: 8 } }],
      },
    ]);
  });

  it('is refused, and no more than that, whatever it holds', () => {
    for (const text of [
      '',
      '[]',
      'null',
      '7',
      '"x"',
      '\0',
      '&a [*a]',
      '--- 1\n--- 2',
      '!!js/function x',
      '{"drisc":1}',
      '🎬: ]]>',
    ]) {
      const parsed = parseScenario(text, 'x.scenario.yaml');
      expect(parsed.ok).toBe(false);
    }
  });

  it('closes with no code that cannot be sent', () => {
    const parsed = parseScenario(around('  - server: closes the connection with 1006\n'), 'x.scenario.yaml');
    const problems = parsed.ok ? [] : parsed.problems.map(formatProblem);
    expect(problems).toEqual([
      'x.scenario.yaml:5:13: step "server: closes the connection with 1006": expected a close code that may be sent, such as 1000, 1008 or 4000, got "1006"',
    ]);
  });

  it('takes names as they are, whatever characters they have', () => {
    const name = '"</script>]]>\n\u0000🎬';
    const parsed = parseScenario(
      `drisc: 1\ntitle: t\nwhy: w\ngiven: { devices: { tv: { name: ${JSON.stringify(name)} } } }\nsteps: [{ tv: finishes }]`,
      'x.scenario.yaml',
    );
    expect(parsed).toMatchObject({ ok: true, scenario: { given: { devices: { tv: { name } } } } });
  });
});
