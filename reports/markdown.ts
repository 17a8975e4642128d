import { formatDuration } from './duration.ts';
import { markdownBlock, markdownCode, markdownText } from './markdown-text.ts';
import { renderMermaid } from './mermaid.ts';
import type { Failure, Result, RuleResult } from './result.ts';
import { verdictSentence } from './sentence.ts';
import { transcriptExcerpt, transcriptLine } from './transcript-line.ts';
import { VERDICT_ORDER, VERDICT_WORDS } from './verdict-words.ts';
import { countVerdicts, exitCodeOf, verdictOf } from './verdict.ts';
import type { GateOptions } from './verdict.ts';

/** A GitHub step summary may have 1 MiB; what is longer is dropped whole. */
const BUDGET = 900_000;
const TRANSCRIPT_LINES = 60;

/** A run as Markdown, such as GITHUB_STEP_SUMMARY takes, with a Mermaid diagram for each failure. */
export function renderMarkdown(result: Result, options: GateOptions = {}): string {
  const server = result.kind === 'client' ? 'simulator' : 'server';
  const head = [headline(result, options), countsTable(result), ...gateLines(result)];
  const tail = [
    ...unobservedLines(result),
    ...ambiguityLines(result),
    ...result.notes.map((note) => markdownText(note)),
  ];
  const failures = result.rules.flatMap((rule) =>
    rule.failures.map((failure) => failureBlock(rule, failure, server)),
  );
  const room = BUDGET - [...head, ...tail].join('\n\n').length;
  const shown = withinBudget(failures, room);
  const left = failures.length - shown.length;
  const more =
    left > 0 ? [`${left} more failures do not fit here; they are in the HTML and JSON reports.`] : [];
  return `${[...head, ...shown, ...more, ...tail].join('\n\n')}\n`;
}

function headline(result: Result, options: GateOptions): string {
  const { subject, tool, duration } = result;
  const sign = exitCodeOf(result, options) === 0 ? '✅' : '❌';
  return [
    `## ${sign} ${markdownText(verdictSentence(result, options))}`,
    `${result.kind} ${markdownCode(subject.name)}, ${formatDuration(duration)}, ${markdownText(`${tool.name} ${tool.version}`)}`,
  ].join('\n\n');
}

function countsTable(result: Result): string {
  const counts = countVerdicts(result.rules);
  const verdicts = VERDICT_ORDER.filter((verdict) => counts[verdict] > 0);
  if (verdicts.length === 0) return 'No rule was run.';
  return [
    `| ${verdicts.map((verdict) => `${VERDICT_WORDS[verdict].mark} ${VERDICT_WORDS[verdict].word}`).join(' | ')} |`,
    `|${verdicts.map(() => ' --: ').join('|')}|`,
    `| ${verdicts.map((verdict) => counts[verdict]).join(' | ')} |`,
  ].join('\n');
}

function gateLines({ gate }: Result): string[] {
  const problems = gate?.problems ?? [];
  if (problems.length === 0) return [];
  return [
    '### The gate stays closed',
    problems.map(({ message }) => `- ${markdownText(message)}`).join('\n'),
  ];
}

function failureBlock(rule: RuleResult, failure: Failure, server: string): string {
  const { message, expected, actual, steps, transcript, replay, location } = failure;
  const excerpt = transcriptExcerpt(transcript, TRANSCRIPT_LINES);
  const { mark } = VERDICT_WORDS[verdictOf(rule)];
  const blocks = [
    `### ${mark} ${markdownText(message)}`,
    `${markdownCode(rule.id)} ${markdownText(rule.clause)} **${rule.level}** ${markdownText(rule.title)}`,
    ...(rule.known ? [`Known failure: ${markdownText(rule.known.reason)}`] : []),
    ...(location ? [`At ${markdownCode(`${location.file}:${location.line}:${location.column}`)}`] : []),
    `| Expected | What came |\n| --- | --- |\n| ${markdownText(expected)} | ${markdownText(actual)} |`,
    `**Why it matters** ${markdownText(rule.why)}`,
    ...(steps.length > 0
      ? [steps.map((step, index) => `${index + 1}. ${markdownText(step)}`).join('\n')]
      : []),
    ...(transcript.length > 0
      ? [
          markdownBlock(renderMermaid(transcript, server), 'mermaid'),
          `<details><summary>Transcript</summary>\n\n${markdownBlock(excerpt.entries.map(transcriptLine).join('\n'))}\n\n</details>`,
        ]
      : []),
    ...(replay ? [`See it again: ${markdownCode(replay.command)}`] : []),
  ];
  return blocks.join('\n\n');
}

function unobservedLines({ rules }: Result): string[] {
  const open = rules.filter((rule) =>
    ['not-observable', 'not-applicable', 'inconclusive'].includes(verdictOf(rule)),
  );
  if (open.length === 0) return [];
  const items = open.map(
    (rule) =>
      `- ${VERDICT_WORDS[verdictOf(rule)].mark} ${markdownCode(rule.id)} ${markdownText(rule.reason ?? 'No case put this rule to the test.')}`,
  );
  return [
    `<details><summary>What this run does not say (${open.length})</summary>\n\n${items.join('\n')}\n\n</details>`,
  ];
}

function ambiguityLines({ ambiguities }: Result): string[] {
  if (ambiguities.length === 0) return [];
  const rows = ambiguities.map(
    ({ id, question, observed = 'not seen' }) =>
      `| ${markdownText(id)} | ${markdownText(question)} | ${markdownText(observed)} |`,
  );
  const table = ['| Entry | Question | This subject |', '| --- | --- | --- |', ...rows].join('\n');
  return [`<details><summary>Where the documents leave a choice</summary>\n\n${table}\n\n</details>`];
}

function withinBudget(blocks: readonly string[], room: number): string[] {
  const shown: string[] = [];
  let used = 0;
  for (const block of blocks) {
    used += block.length + 2;
    if (used > room) break;
    shown.push(block);
  }
  return shown;
}
