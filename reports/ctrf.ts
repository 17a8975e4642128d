import { printable } from './printable.ts';
import type { Failure, Result, RuleResult } from './result.ts';
import { transcriptLine } from './transcript-line.ts';
import { isBroken, overallVerdict, verdictOf } from './verdict.ts';
import type { GateOptions } from './verdict.ts';

type Status = 'passed' | 'failed' | 'skipped' | 'other';

/** A run as CTRF (Common Test Report Format): a test a rule. */
export function renderCtrf(result: Result, options: GateOptions = {}): string {
  const tests = result.rules.map((rule) => testOf(rule, options));
  const start = Date.parse(result.startedAt);
  const count = (status: Status): number => tests.filter((test) => test.status === status).length;
  const report = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    generatedBy: `${result.tool.name} ${result.tool.version}`,
    results: {
      tool: { name: result.tool.name, version: result.tool.version },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: 0,
        other: count('other'),
        start,
        stop: start + Math.round(result.duration),
        duration: Math.round(result.duration),
      },
      tests,
      environment: {
        appName: printable(result.subject.name),
        healthy: overallVerdict(result, options) === 'conforms',
        extra: {
          kind: result.kind,
          facts: Object.entries(result.subject.facts).map(([name, value]) => ({ name, value })),
        },
      },
      extra: {
        verdict: overallVerdict(result, options),
        complete: result.complete,
        gate: result.gate?.problems ?? [],
      },
    },
  };
  return `${JSON.stringify(report, (_, value: unknown) => (typeof value === 'string' ? printable(value) : value), 2)}\n`;
}

function testOf(rule: RuleResult, options: GateOptions): { status: Status } & Record<string, unknown> {
  const [failure] = rule.failures;
  const message = failure?.message ?? rule.reason;
  return {
    testId: rule.id,
    name: `${rule.id}: ${rule.title}`,
    status: statusOf(rule, options),
    rawStatus: verdictOf(rule),
    duration: Math.round(rule.duration),
    suite: [rule.side, rule.section],
    tags: [rule.level, `mark-${rule.mark}`],
    ...(message !== undefined && { message }),
    ...(failure && { trace: rule.failures.map(traceOf).join('\n\n') }),
    ...(failure?.location && { filePath: failure.location.file, line: failure.location.line }),
    ...(failure?.log && { stderr: failure.log }),
    extra: {
      clause: rule.clause,
      exercised: rule.exercised,
      known: rule.known?.reason,
      replay: failure?.replay?.command,
    },
  };
}

/** A SHOULD that does not fail the run, and a known failure, are neither passed nor failed. */
function statusOf(rule: RuleResult, options: GateOptions): Status {
  if (isBroken(rule, options)) return 'failed';
  const verdict = verdictOf(rule);
  if (verdict === 'pass') return 'passed';
  return ['not-observable', 'not-applicable', 'inconclusive'].includes(verdict) ? 'skipped' : 'other';
}

function traceOf({ message, expected, actual, steps, transcript }: Failure): string {
  return [
    message,
    `expected: ${expected}`,
    `came: ${actual}`,
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    ...transcript.map((entry) => `${entry.offending ? '>' : ' '} ${transcriptLine(entry)}`),
  ].join('\n');
}
