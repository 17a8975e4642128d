import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { printable } from './printable.ts';
import type { Failure, Result, RuleResult } from './result.ts';
import { sectionsOf } from './sections.ts';
import type { Section } from './sections.ts';
import { verdictSentence } from './sentence.ts';
import { transcriptExcerpt, transcriptLine } from './transcript-line.ts';
import { isBroken, isFailing, overallVerdict, verdictOf } from './verdict.ts';
import type { GateOptions } from './verdict.ts';

const TRANSCRIPT_LINES = 60;

/**
 * A run as JUnit XML: a suite a section, a case a rule. It keeps to what both common schemas allow (Ant's and Jenkins'),
 * so a case has one child at most, and its texts stand in the suite's output.
 */
export function renderJunit(result: Result, options: GateOptions = {}): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const suites = document.ele('testsuites');
  const sections = sectionsOf(result.rules);
  sections.forEach((section, index) => writeSuite(suites, section, index, result, options));
  writeRunSuite(suites, sections.length, result, options);
  return `${document.end({ prettyPrint: true })}\n`;
}

function writeSuite(
  suites: XMLBuilder,
  section: Section,
  index: number,
  result: Result,
  options: GateOptions,
): void {
  const { name, rules } = section;
  const suite = suites.ele(
    'testsuite',
    suiteAttributes(result, index, name, {
      tests: rules.length,
      failures: rules.filter((rule) => isBroken(rule, options)).length,
      errors: rules.filter((rule) => verdictOf(rule) === 'error').length,
      skipped: rules.filter((rule) => skipReason(rule, options) !== undefined).length,
      milliseconds: rules.reduce((sum, { duration }) => sum + duration, 0),
    }),
  );
  writeProperties(suite, result);
  for (const rule of rules) writeCase(suite, rule, options);
  suite.ele('system-out').txt(clean(rules.map((rule) => caseNotes(rule, options)).join('\n')));
  suite
    .ele('system-err')
    .txt(clean(rules.flatMap(({ failures }) => failures.flatMap(({ log = [] }) => log)).join('\n')));
}

/** A consumer that only counts cases must not take an early end, or a run of nothing, for a success. */
function writeRunSuite(suites: XMLBuilder, index: number, result: Result, options: GateOptions): void {
  const verdict = overallVerdict(result, options);
  const open = !result.complete || verdict === 'nothing-exercised';
  const problems = result.gate?.problems ?? [];
  const suite = suites.ele(
    'testsuite',
    suiteAttributes(result, index, 'run', {
      tests: 1 + problems.length,
      failures: problems.length,
      errors: open ? 1 : 0,
      skipped: 0,
      milliseconds: 0,
    }),
  );
  const sentence = clean(verdictSentence(result, options));
  writeProperties(suite, result);
  const runCase = suite.ele('testcase', {
    name: 'the run reaches a verdict',
    classname: 'drisc.run',
    time: '0.000',
  });
  if (open)
    runCase.ele('error', { message: oneLine(verdictSentence(result, options)), type: verdict }).txt(sentence);
  for (const { kind, rule, message } of problems) {
    const name = oneLine(`gate: ${kind} ${rule}`);
    const gateCase = suite.ele('testcase', { name, classname: 'drisc.run.gate', time: '0.000' });
    gateCase.ele('failure', { message: oneLine(message), type: kind }).txt(clean(message));
  }
  suite.ele('system-out').txt(clean([verdictSentence(result, options), ...result.notes].join('\n')));
  suite.ele('system-err');
}

interface SuiteCounts {
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
  milliseconds: number;
}

function suiteAttributes(
  result: Result,
  index: number,
  name: string,
  counts: SuiteCounts,
): Record<string, string> {
  const { milliseconds, ...numbers } = counts;
  return {
    name: oneLine(name),
    package: `drisc.${result.kind}`,
    id: String(index),
    // Both schemas want a time without a zone; it is UTC.
    timestamp: result.startedAt.replace(/(\.\d+)?(Z|[+-]\d\d:?\d\d)$/, ''),
    hostname: 'localhost',
    ...Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, String(value)])),
    time: seconds(milliseconds),
  };
}

function writeProperties(suite: XMLBuilder, result: Result): void {
  const properties = suite.ele('properties');
  const facts = { subject: result.subject.name, ...result.subject.facts };
  for (const [name, value] of Object.entries(facts)) {
    // An empty name is a violation of the schema.
    properties.ele('property', { name: oneLine(name) || '-', value: oneLine(value) });
  }
}

function writeCase(suite: XMLBuilder, rule: RuleResult, options: GateOptions): void {
  const verdict = verdictOf(rule);
  const element = suite.ele('testcase', {
    name: oneLine(rule.id),
    classname: `drisc.${oneLine(rule.id).replaceAll('/', '.')}`,
    time: seconds(rule.duration),
  });
  const message = oneLine(rule.failures[0]?.message ?? rule.reason ?? rule.title);
  if (isBroken(rule, options)) {
    element.ele('failure', { message, type: rule.level }).txt(clean(failureText(rule)));
  } else if (verdict === 'error') {
    element.ele('error', { message, type: 'harness' }).txt(clean(failureText(rule)));
  } else {
    const reason = skipReason(rule, options);
    if (reason !== undefined) element.ele('skipped', { message: oneLine(reason) });
  }
}

/** Why a case neither passed nor failed; undefined where it did. */
function skipReason(rule: RuleResult, options: GateOptions): string | undefined {
  const verdict = verdictOf(rule);
  if (isFailing(rule, options)) {
    if (rule.known) return `known failure: ${rule.known.reason}`;
    return rule.scored === false ? 'broken, but newer than the rule set that this run is held to' : undefined;
  }
  if (!['not-observable', 'not-applicable', 'inconclusive'].includes(verdict)) return undefined;
  return `${verdict}: ${rule.reason ?? 'no case put this rule to the test'}`;
}

function caseNotes(rule: RuleResult, options: GateOptions): string {
  const warned = verdictOf(rule) === 'warn' && !isBroken(rule, options);
  const warning = warned ? `\n  warning: ${rule.failures[0]?.message ?? rule.reason ?? 'not followed'}` : '';
  return `${rule.id} ${rule.clause} ${rule.level} [${rule.mark}] ${rule.title} (exercised ${rule.exercised})${warning}`;
}

function failureText(rule: RuleResult): string {
  const texts = rule.failures.map((failure) => oneFailure(failure));
  return [`${rule.clause} ${rule.level}: ${rule.text}`, `Why it matters: ${rule.why}`, ...texts].join('\n\n');
}

function oneFailure(failure: Failure): string {
  const { message, expected, actual, steps, location, replay } = failure;
  const excerpt = transcriptExcerpt(failure.transcript, TRANSCRIPT_LINES);
  return [
    message,
    `expected: ${expected}`,
    `came: ${actual}`,
    ...(location ? [`at ${location.file}:${location.line}:${location.column}`] : []),
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    ...(excerpt.before > 0 ? [`… ${excerpt.before} more`] : []),
    ...excerpt.entries.map((entry) => `${entry.offending ? '>' : ' '} ${transcriptLine(entry)}`),
    ...(excerpt.after > 0 ? [`… ${excerpt.after} more`] : []),
    ...(replay ? [`see it again: ${replay.command}`] : []),
  ].join('\n');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** xmlbuilder2 takes `&amp;` in a text for an escape that is already made and leaves it alone, so ours is made first. */
function clean(text: string): string {
  return printable(text).replaceAll('&', '&amp;');
}

function oneLine(text: string): string {
  return clean(text).replaceAll(/\s+/g, ' ').trim();
}
