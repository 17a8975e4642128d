import picocolors from 'picocolors';
import { formatDuration } from './duration.ts';
import { printable, printableLine } from './printable.ts';
import type { Failure, Result, RuleResult, Verdict } from './result.ts';
import { sectionsOf } from './sections.ts';
import { verdictSentence } from './sentence.ts';
import { slowestRules } from './slowest-rules.ts';
import { transcriptExcerpt, transcriptLine } from './transcript-line.ts';
import { VERDICT_WORDS } from './verdict-words.ts';
import { isBroken, overallVerdict, verdictOf } from './verdict.ts';
import type { GateOptions } from './verdict.ts';

/** The colours of a terminal, as picocolors makes them. */
export type Palette = ReturnType<typeof picocolors.createColors>;

export interface TerminalOptions extends GateOptions {
  /** No colours unless told: the caller knows its terminal. */
  palette?: Palette | undefined;
  /** Only what is broken or not recommended, in a line each, and the verdict. */
  quiet?: boolean | undefined;
  /** Lines of a failure's conversation that are shown; 12 unless told. */
  transcriptLines?: number | undefined;
}

interface Pen extends GateOptions {
  colors: Palette;
  transcriptLines: number;
}

/** A run as text for a terminal, ending with the verdict in one sentence. */
export function renderTerminal(result: Result, options: TerminalOptions = {}): string {
  const { palette = picocolors.createColors(false), quiet = false, transcriptLines = 12, failOn } = options;
  const pen: Pen = { colors: palette, transcriptLines, failOn };
  const named = result.rules.filter(
    (rule) => isBroken(rule, { failOn: 'should' }) || verdictOf(rule) === 'error',
  );
  const blocks = quiet
    ? [named.map((rule) => brokenLine(rule, pen)).join('\n'), gateLines(result, pen)]
    : [
        header(result, pen),
        ...sectionsWorthShowing(result).map(({ name, rules }) => section(name, rules, pen)),
        ...result.rules.flatMap((rule) => failureBlocks(rule, pen)),
        gateLines(result, pen),
        slowestLine(result, pen),
        result.notes.map((note) => palette.dim(printable(note))).join('\n'),
      ];
  return `${[...blocks, conclusion(result, pen)].filter((block) => block !== '').join('\n\n')}\n`;
}

function header(result: Result, { colors }: Pen): string {
  const { subject, tool, kind } = result;
  const facts = Object.entries(subject.facts).map(
    ([name, value]) => `  ${colors.dim(printableLine(name))} ${printableLine(value)}`,
  );
  return [
    `${colors.bold(printableLine(subject.name))} ${colors.dim(`${kind} · ${tool.name} ${tool.version}`)}`,
    ...facts,
  ].join('\n');
}

/** Where nothing at all was put to the test, one reason says it all, and it is in the notes. */
function sectionsWorthShowing({ rules, notes }: Result): ReturnType<typeof sectionsOf> {
  const isEmpty = rules.every((rule) => rule.exercised < 1 && verdictOf(rule) !== 'error');
  return isEmpty && notes.length > 0 ? [] : sectionsOf(rules);
}

function section(name: string, rules: readonly RuleResult[], pen: Pen): string {
  return [pen.colors.bold(printableLine(name)), ...rules.map((rule) => ruleLine(rule, pen))].join('\n');
}

function ruleLine(rule: RuleResult, pen: Pen): string {
  const { colors } = pen;
  const verdict = verdictOf(rule);
  const effort =
    rule.exercised > 0 ? colors.dim(`  ×${rule.exercised}  ${formatDuration(rule.duration)}`) : '';
  const excuse = rule.known
    ? colors.yellow(`  known failure: ${printableLine(rule.known.reason)}`)
    : rule.scored === false
      ? colors.dim('  not scored')
      : '';
  const witness = rule.seenBy && rule.exercised > 0 ? colors.dim('  as a person saw it') : '';
  const line = `  ${mark(verdict, colors)} ${rule.clause.padEnd(5)} ${printableLine(rule.title)}${effort}${witness}${excuse}`;
  if (verdict === 'pass' || verdict === 'fail') return line;
  const reason = rule.reason ?? (rule.exercised < 1 ? 'No case put this rule to the test.' : undefined);
  return reason === undefined ? line : `${line}\n${indent(colors.dim(printable(reason)), 10)}`;
}

function brokenLine(rule: RuleResult, { colors }: Pen): string {
  const what = rule.failures[0]?.message ?? rule.reason ?? rule.title;
  return `${mark(verdictOf(rule), colors)} ${colors.bold(rule.id)} ${printableLine(what)}`;
}

function gateLines({ gate }: Result, { colors }: Pen): string {
  return (gate?.problems ?? [])
    .map(({ kind, message }) => `${colors.red('gate')} ${colors.bold(kind)} ${printableLine(message)}`)
    .join('\n');
}

/** Where the time of a client's run went; other subjects set their own pace. */
function slowestLine({ kind, rules }: Result, { colors }: Pen): string {
  const slowest = kind === 'client' ? slowestRules(rules) : [];
  if (slowest.length === 0) return '';
  const names = slowest.map(({ rule, each }) => `${printableLine(rule.id)} (${formatDuration(each)} a case)`);
  return colors.dim(`slowest: ${names.join(', ')}`);
}

function failureBlocks(rule: RuleResult, pen: Pen): string[] {
  return rule.failures.map((failure, index) => {
    const count = rule.failures.length > 1 ? ` (${index + 1} of ${rule.failures.length})` : '';
    const verdict = verdictOf(rule);
    return [
      `${mark(verdict, pen.colors)} ${pen.colors.bold(rule.id)}${count} ${pen.colors.dim(`${rule.clause} ${rule.level}`)}`,
      ...failureLines(failure, rule, pen).map((line) => indent(line, 2)),
    ].join('\n');
  });
}

function failureLines(failure: Failure, rule: RuleResult, { colors, transcriptLines }: Pen): string[] {
  const { location, replay } = failure;
  const excerpt = transcriptExcerpt(failure.transcript, transcriptLines);
  const left = (count: number): string[] => (count > 0 ? [colors.dim(`  … ${count} more`)] : []);
  return [
    printable(failure.message),
    `${colors.green('expected')}  ${indentRest(printable(failure.expected), 10)}`,
    `${colors.red('came    ')}  ${indentRest(printable(failure.actual), 10)}`,
    `${colors.dim('matters ')}  ${indentRest(printable(rule.why), 10)}`,
    ...(location
      ? [colors.dim(`at ${printableLine(location.file)}:${location.line}:${location.column}`)]
      : []),
    ...(failure.steps.length > 0 ? [colors.dim('steps')] : []),
    ...failure.steps.map((step, index) => `  ${index + 1}. ${printableLine(step)}`),
    ...(excerpt.entries.length > 0 ? [colors.dim('conversation')] : []),
    ...left(excerpt.before),
    ...excerpt.entries.map((entry) => {
      const line = transcriptLine(entry);
      return entry.offending ? colors.red(`> ${line}`) : colors.dim(`  ${line}`);
    }),
    ...left(excerpt.after),
    ...(failure.log?.length
      ? [colors.dim('log'), ...failure.log.map((line) => `  ${printableLine(line)}`)]
      : []),
    ...(replay ? [`${colors.dim('see it again')}  ${printableLine(replay.command)}`] : []),
  ];
}

function conclusion(result: Result, { colors, failOn }: Pen): string {
  const verdict = overallVerdict(result, { failOn });
  const paint =
    verdict === 'conforms' ? colors.green : verdict === 'does-not-conform' ? colors.red : colors.yellow;
  return `${colors.bold(paint(verdictSentence(result, { failOn })))} ${colors.dim(formatDuration(result.duration))}`;
}

function mark(verdict: Verdict, colors: Palette): string {
  const { mark: character } = VERDICT_WORDS[verdict];
  if (verdict === 'pass') return colors.green(character);
  if (verdict === 'fail' || verdict === 'error') return colors.red(character);
  if (verdict === 'warn' || verdict === 'inconclusive') return colors.yellow(character);
  return colors.dim(character);
}

function indent(text: string, by: number): string {
  return text.replace(/^/gm, ' '.repeat(by));
}

function indentRest(text: string, by: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(by)}`);
}
