import { writeFile } from 'node:fs/promises';
import { SERVER_RULES } from '../../protocol/rules/catalogue.ts';
import { testServer } from '../server/server-contract.ts';
import { carryOutAll } from '../work-queue.ts';
import { SERVER_MUTANTS } from './server/catalogue.ts';
import { judgeConforming } from './server/judge-conforming.ts';
import { judgeServerMutant } from './server/kill-matrix.ts';
import type { MutantVerdict } from './server/kill-matrix.ts';
import { SERVER_LIARS } from './server/liars.ts';
import { CONFORMING_SERVERS } from './server/setting-ends.ts';
import type { ConformingServer } from './server/setting-ends.ts';
import { startServer } from './server/start-mutant.ts';

// Judges every faulty server, honest ones by several seeds, and one at each end of each setting; prints what came of it, and writes the kill matrix.

const SEEDS = 20;
const [, , file] = process.argv;
const start = performance.now();
const since = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`;

const verdicts: MutantVerdict[] = [];
await carryOutAll(SERVER_MUTANTS, 3, async (mutant) => {
  const verdict = await judgeServerMutant(mutant, { seed: 1, runs: 0 });
  verdicts.push(verdict);
  const mark = verdict.killed ? '✓' : '✗ NOT FOUND';
  console.log(`${mark} ${mutant.name} by ${mutant.breaks} (${(verdict.duration / 1000).toFixed(1)} s)`);
});

let believed = 0;
for (const liar of SERVER_LIARS) {
  const { url, close } = await liar.listen();
  await using honest = await startServer();
  const result = await testServer({ ...honest.subject, url, pongTimeout: 300 }, { seed: 1, runs: 0 });
  await close();
  const passed = result.rules.filter(({ verdict }) => verdict === 'pass');
  const failed = result.rules.filter(({ verdict }) => verdict === 'fail').length;
  believed += passed.length + (failed === 0 ? 1 : 0);
  console.log(
    `liar ${liar.name}: ${failed} rules broken, ${passed.length} hold (${(result.duration / 1000).toFixed(1)} s)`,
  );
}

let alarms = 0;
for (let seed = 1; seed <= SEEDS; seed += 1) {
  await using honest = await startServer();
  const result = await testServer(honest.subject, { seed, runs: 60 });
  const broken = result.rules.filter(({ verdict }) => verdict !== 'pass');
  alarms += broken.length;
  console.log(
    `honest, seed ${seed}: ${broken.length} false alarms (${(result.duration / 1000).toFixed(1)} s)`,
  );
  for (const { id, verdict, reason, failures } of broken)
    console.log(`  ${id} ${verdict} ${reason ?? failures[0]?.message}`);
}

const ends: (ConformingServer & { alarms: number })[] = [];
for (const server of CONFORMING_SERVERS) {
  const found = await judgeConforming(server, { seed: 1, runs: 24 });
  alarms += found.alarms.length;
  ends.push({ ...server, alarms: found.alarms.length });
  const time = (found.result.duration / 1000).toFixed(1);
  console.log(`honest, ${server.setting} ${server.value}: ${found.alarms.length} false alarms (${time} s)`);
  for (const { id, verdict, reason, failures } of found.alarms)
    console.log(`  ${id} ${verdict} ${reason ?? failures[0]?.message}`);
}

const killed = verdicts.filter((verdict) => verdict.killed);
console.log(
  `${killed.length} of ${verdicts.length} mutants found by the rule meant, ${alarms} false alarms, ${since(start)}`,
);
if (file !== undefined) await writeFile(file, formatMatrix());
process.exitCode = killed.length === verdicts.length && alarms === 0 && believed === 0 ? 0 : 1;

/** The matrix as a page: nothing in it changes from run to run. */
function formatMatrix(): string {
  const rows = SERVER_RULES.flatMap(({ id }) =>
    SERVER_MUTANTS.filter(({ breaks }) => breaks === id).map(({ name, fault }) => {
      const found = verdicts.find(({ mutant }) => mutant.name === name)?.killed ? 'yes' : '**no**';
      return `| \`${id}\` | \`${name}\` | ${fault} | ${found} |`;
    }),
  );
  return `# What a green run would have caught: servers

Each rule of the server contract has at least one faulty server that breaks it. A fault counts as found only when the rule
that it breaks fails. Written by \`npm run mutants\`; ${killed.length} of ${verdicts.length} are found, and the honest
simulator passes with ${SEEDS} seeds.

| rule | faulty server | its fault | found |
| --- | --- | --- | --- |
${rows.join('\n')}

## Conforming at both ends of every setting

What PROTOCOL.md leaves to a server may not be held against it. The simulator is judged with one setting after the other at
each end of what it may be; times end where a run can still tell them from others.

| setting | value | false alarms |
| --- | --- | --- |
${ends.map(({ setting, value, alarms: count }) => `| \`${setting}\` | \`${value}\` | ${count} |`).join('\n')}
`;
}
