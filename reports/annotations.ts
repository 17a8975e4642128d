import { printable, printableLine } from './printable.ts';
import type { Failure, Result, RuleResult } from './result.ts';
import { verdictSentence } from './sentence.ts';
import { exitCodeOf, isBroken, isFailing, verdictOf } from './verdict.ts';
import type { GateOptions } from './verdict.ts';

/** GitHub shows ten of a kind for each step, so the verdict comes first. */
const PER_KIND = 10;

type Kind = 'error' | 'warning' | 'notice';

/** A run as workflow commands, which GitHub shows beside the code: `::error file=…,line=…,title=…::message`. */
export function renderAnnotations(result: Result, options: GateOptions = {}): string {
  const lines: Record<Kind, string[]> = { error: [], warning: [], notice: [] };
  const verdict = exitCodeOf(result, options) === 0 ? 'notice' : 'error';
  lines[verdict].push(command(verdict, 'DRISC conformance', verdictSentence(result, options)));
  for (const { message } of result.gate?.problems ?? [])
    lines.error.push(command('error', 'The gate', message));
  for (const rule of result.rules) {
    const kind = kindOf(rule, options);
    if (kind) lines[kind].push(...ruleCommands(kind, rule));
  }
  const shown = Object.values(lines).flatMap((kind) => kind.slice(0, PER_KIND));
  return `${shown.join('\n')}\n`;
}

function kindOf(rule: RuleResult, options: GateOptions): Kind | undefined {
  if (isBroken(rule, options) || verdictOf(rule) === 'error') return 'error';
  return isFailing(rule, { failOn: 'should' }) ? 'warning' : undefined;
}

function ruleCommands(kind: Kind, rule: RuleResult): string[] {
  const title = `${rule.clause} ${rule.title} (${rule.id})`;
  if (rule.failures.length === 0) return [command(kind, title, rule.reason ?? rule.text)];
  return rule.failures.map((failure) => {
    const { message, expected, actual, replay } = failure;
    const text = [
      message,
      `Expected: ${expected}`,
      `Came: ${actual}`,
      ...(replay ? [replay.command] : []),
    ].join('\n');
    return command(kind, title, text, failure.location);
  });
}

function command(kind: Kind, title: string, message: string, location?: Failure['location']): string {
  const place = location
    ? { file: location.file, line: String(location.line), col: String(location.column) }
    : undefined;
  const properties = Object.entries({ ...place, title })
    .map(([name, value]) => `${name}=${escapeProperty(value)}`)
    .join(',');
  return `::${kind} ${properties}::${escapeMessage(printable(message))}`;
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(printableLine(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
