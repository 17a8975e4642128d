import { writeFile } from 'node:fs/promises';
import { judgeServerMutant } from '../contracts/mutants/server/kill-matrix.ts';
import { SERVER_MUTANTS } from '../contracts/mutants/server/catalogue.ts';
import type { ServerMutant } from '../contracts/mutants/server/mutant.ts';
import { markdownBlock, markdownCode, markdownText } from '../reports/markdown-text.ts';
import { renderMermaid } from '../reports/mermaid.ts';
import type { Failure, RuleResult } from '../reports/result.ts';

// Writes the page of counterexamples: what the server contract shows of three faults that lie deep.

const [, , file = 'docs/counterexamples.md'] = process.argv;

/** The faults, with what makes each of them hard to see. */
const DEEP: readonly (readonly [name: string, depth: string])[] = [
  ['silent-second-takeover', 'wrong only from the second takeover on'],
  ['offers-share-a-pool', 'wrong only where a customer watches two offers'],
  ['pings-once', 'wrong only at the second PING of a session'],
];

const PORT = 4020;
const SUBJECT = `--url http://127.0.0.1:${PORT} --publisher 1000 --secret drisc-simulator-secret --offer A --offer B --tag live --limit 2 --pong-timeout 1200ms`;

async function describeMutant(name: string, depth: string): Promise<string> {
  const mutant = SERVER_MUTANTS.find((one) => one.name === name)!;
  const replayCommand = `npx drisc test server ${SUBJECT}`;
  const { result } = await judgeServerMutant(mutant, {
    seed: 1,
    runs: 0,
    rules: mutant.breaks,
    replayCommand,
  });
  const rule = result.rules.find(({ id }) => id === mutant.breaks);
  const [failure] = rule?.failures ?? [];
  if (!rule || !failure?.replay) throw new Error(`${name}: ${mutant.breaks} was not found broken`);
  console.log(`${name}: ${failure.steps.length} steps`);
  return formatSection(mutant, depth, rule, failure);
}

function formatSection(mutant: ServerMutant, depth: string, rule: RuleResult, failure: Failure): string {
  const { message, expected, actual, steps, transcript, replay } = failure;
  const clause = `[${rule.clause}](../PROTOCOL.md#r-${rule.clause})`;
  return [
    `## ${mutant.name}`,
    `${markdownText(mutant.fault)} It is ${depth}. It breaks ${markdownCode(rule.id)}, ${clause}: ${markdownText(rule.text)}`,
    steps.map((step, index) => `${index + 1}. ${markdownText(step)}`).join('\n'),
    `**${markdownText(message)}**`,
    `| expected | came |\n| --- | --- |\n| ${markdownText(expected)} | ${markdownText(actual)} |`,
    markdownBlock(renderMermaid(transcript, 'server'), 'mermaid'),
    markdownBlock(`npx drisc mutant server ${mutant.name} --port ${PORT}\n${replay!.command}`, 'sh'),
  ].join('\n\n');
}

const sections: string[] = [];
for (const [name, depth] of DEEP) sections.push(await describeMutant(name, depth));
await writeFile(
  file,
  `# Three counterexamples

What \`drisc test server\` shows of a server with a fault that lies deep: the fewest steps that bring it out, device by
device, the requirement that it breaks, what was expected and what came. Not one of the steps can be left out. The first
command of each section serves the fault, the second one plays it again. \`npm run counterexamples\` writes this page anew,
and a test holds it to what it says.

${sections.join('\n\n')}
`,
);
