import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLIENT_MUTANTS } from '../contracts/mutants/client/catalogue.ts';
import { judgeClientMutant } from '../contracts/mutants/client/judge-mutant.ts';
import { SERVER_MUTANTS } from '../contracts/mutants/server/catalogue.ts';
import { judgeServerMutant } from '../contracts/mutants/server/kill-matrix.ts';
import { renderHtml } from '../reports/html/page.tsx';
import type { Result } from '../reports/result.ts';
import { VERSION } from '../simulator/version.ts';

// Writes the gallery of the docs: the reports on five faulty subjects, each judged by the rules of one section.

const [, , folder = 'docs/gallery'] = process.argv;

const SERVERS = ['silent-takeover', 'one-too-many'];
const CLIENTS = ['plays-offline', 'strikes-back', 'plays-on-ping'];

/** `side/section/name` to the pattern of its section. */
function sectionOf(rule: string): string {
  return rule.replace(/[^/]+$/, '');
}

async function publish(name: string, fault: string, result: Result): Promise<void> {
  const { rules } = result;
  if (!rules.some(({ verdict }) => verdict === 'fail')) throw new Error(`${name}: no rule was broken`);
  const page: Result = {
    ...result,
    tool: { name: 'drisckit', version: VERSION },
    subject: { ...result.subject, name: `${name}: ${fault}` },
    // The register and the chart are the same on every page.
    ambiguities: [],
    coverage: undefined,
  };
  await writeFile(join(folder, `${name}.html`), renderHtml(page));
  console.log(
    `${name}.html: ${rules
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ id }) => id)
      .join(', ')}`,
  );
}

await mkdir(folder, { recursive: true });
for (const name of SERVERS) {
  const mutant = SERVER_MUTANTS.find((one) => one.name === name)!;
  const rules = `${sectionOf(mutant.breaks)}*`;
  const { result } = await judgeServerMutant(mutant, { seed: 1, runs: 0, rules });
  await publish(name, mutant.fault, result);
}
for (const name of CLIENTS) {
  const mutant = CLIENT_MUTANTS.find((one) => one.name === name)!;
  const section = sectionOf(mutant.breaks);
  const { result } = await judgeClientMutant(mutant, { judges: (rule) => rule.startsWith(section) });
  await publish(name, mutant.fault, result);
}
