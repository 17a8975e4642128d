import { writeFile } from 'node:fs/promises';
import { CLIENT_RULES } from '../../protocol/rules/client-rules.ts';
import type { Result } from '../../reports/result.ts';
import { hasPlayed } from '../client/has-played.ts';
import { runClientContract } from '../client/run-client-contract.ts';
import { attachDirect } from '../subject/direct-client.ts';
import { CLIENT_MUTANTS } from './client/catalogue.ts';
import { judgeClientMutant } from './client/judge-mutant.ts';
import type { ClientMutantVerdict } from './client/judge-mutant.ts';
import { CLIENT_LIARS } from './client/liars.ts';
import { ReferenceClient } from './client/reference-client.ts';

// Judges every faulty client, and the reference client by several seeds; prints what came of it, and writes the kill matrix.

const SEEDS = 20;
const RUNS = 100;
const [, , file] = process.argv;
const start = performance.now();

const verdicts: ClientMutantVerdict[] = [];
for (const mutant of CLIENT_MUTANTS) {
  const verdict = await judgeClientMutant(mutant);
  verdicts.push(verdict);
  const mark = verdict.killed ? '✓' : '✗ NOT FOUND';
  console.log(
    `${mark} ${mutant.name} by ${mutant.breaks} (${(verdict.result.duration / 1000).toFixed(1)} s)`,
  );
}

let believed = 0;
for (const { name, client } of CLIENT_LIARS) {
  const result = await judge(client, 1, 0);
  const failed = result.rules.filter(({ verdict }) => verdict === 'fail').length;
  const isJudged = result.rules.some(({ exercised }) => exercised > 0);
  const isBelieved = failed === 0 && isJudged && hasPlayed(result);
  believed += isBelieved ? 1 : 0;
  const end = isJudged
    ? hasPlayed(result)
      ? 'played'
      : 'never played, so refused'
    : 'nothing was exercised';
  console.log(`liar ${name}: ${failed} rules broken, ${end}`);
}

let alarms = 0;
for (let seed = 1; seed <= SEEDS; seed += 1) {
  const result = await judge(ReferenceClient, seed, RUNS);
  const broken = result.rules.filter(({ failures }) => failures.length > 0);
  alarms += broken.length;
  console.log(
    `reference, seed ${seed}: ${broken.length} false alarms (${(result.duration / 1000).toFixed(1)} s)`,
  );
  for (const { id, failures } of broken) console.log(`  ${id} ${failures[0]?.message}`);
}

const killed = verdicts.filter((verdict) => verdict.killed);
console.log(
  `${killed.length} of ${verdicts.length} clients found by the rule meant, ${alarms} false alarms, ` +
    `${((performance.now() - start) / 1000).toFixed(1)} s`,
);
if (file !== undefined) await writeFile(file, formatMatrix());
process.exitCode = killed.length === verdicts.length && alarms === 0 && believed === 0 ? 0 : 1;

async function judge(Client: typeof ReferenceClient, seed: number, runs: number): Promise<Result> {
  await using attached = attachDirect(Client.name, (ports, show) => new Client(ports, show));
  return runClientContract(attached, { seed, runs });
}

/** The matrix as a page: nothing in it changes from run to run. */
function formatMatrix(): string {
  const rows = CLIENT_RULES.flatMap(({ id }) =>
    CLIENT_MUTANTS.filter(({ breaks }) => breaks === id).map(({ name, fault }) => {
      const found = verdicts.find(({ mutant }) => mutant.name === name)?.killed ? 'yes' : '**no**';
      return `| \`${id}\` | \`${name}\` | ${fault} | ${found} |`;
    }),
  );
  return `# What a green run would have caught: clients

Each rule of the client contract that needs no browser has at least one faulty client that breaks it. A fault counts as
found only when the rule that it breaks fails. Written by \`npm run mutants\`; ${killed.length} of ${verdicts.length} are found,
and the reference client passes with ${SEEDS} seeds of ${RUNS} made-up situations each.

| rule | faulty client | its fault | found |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
