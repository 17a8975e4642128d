import { printable } from './printable.ts';
import type { Failure, Result, RuleResult } from './result.ts';
import { MARK_WORDS } from './verdict-words.ts';
import { exitCodeOf, isFailing, verdictOf } from './verdict.ts';
import type { GateOptions } from './verdict.ts';

const LEVELS = { MUST: 'error', SHOULD: 'warning', MAY: 'note' } as const;

/** A run as SARIF 2.1.0: a result for each failure, with file and line where a scenario has them. */
export function renderSarif(result: Result, options: GateOptions = {}): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: result.tool.name,
            version: result.tool.version,
            rules: result.rules.map((rule) => descriptorOf(rule)),
          },
        },
        invocations: [invocationOf(result, options)],
        results: result.rules.flatMap((rule, index) => resultsOf(rule, index)),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptorOf(rule: RuleResult): object {
  const help = rule.sources.find(({ url }) => url !== undefined && /^https?:/.test(url))?.url;
  return {
    id: printable(rule.id),
    name: printable(rule.id).replaceAll(/[^A-Za-z0-9]+/g, '.'),
    shortDescription: { text: sentence(rule.title) },
    fullDescription: { text: sentence(rule.text) },
    help: { text: sentence(`${rule.why} (${rule.clause}, ${MARK_WORDS[rule.mark].word})`) },
    ...(help !== undefined && URL.canParse(help) && { helpUri: new URL(help).href }),
    defaultConfiguration: { level: LEVELS[rule.level] },
    properties: { tags: ['drisc', rule.side, `mark-${rule.mark}`], clause: printable(rule.clause) },
  };
}

function invocationOf(result: Result, options: GateOptions): object {
  const faults = result.rules.filter((rule) => verdictOf(rule) === 'error');
  const problems = result.gate?.problems ?? [];
  return {
    executionSuccessful: result.complete && faults.length === 0,
    exitCode: exitCodeOf(result, options),
    startTimeUtc: result.startedAt,
    toolExecutionNotifications: faults.map((rule) => ({
      level: 'error',
      message: { text: sentence(`${rule.id}: ${rule.reason ?? 'the harness failed'}`) },
    })),
    toolConfigurationNotifications: problems.map(({ message }) => ({
      level: 'error',
      message: { text: sentence(message) },
    })),
  };
}

function resultsOf(rule: RuleResult, ruleIndex: number): object[] {
  if (!isFailing(rule, { failOn: 'should' })) return [];
  const shared = {
    ruleId: printable(rule.id),
    ruleIndex,
    kind: 'fail',
    level: verdictOf(rule) === 'warn' || rule.scored === false ? 'warning' : LEVELS[rule.level],
    partialFingerprints: { 'drisc/v1': printable(rule.id) },
    ...(rule.known && { suppressions: [{ kind: 'external', justification: printable(rule.known.reason) }] }),
  };
  if (rule.failures.length === 0) {
    return [
      { ...shared, message: { text: sentence(rule.reason ?? rule.text) }, locations: [locationOf(rule)] },
    ];
  }
  return rule.failures.map((failure) => ({
    ...shared,
    message: { text: failureText(failure) },
    locations: [locationOf(rule, failure.location)],
  }));
}

function failureText({ message, expected, actual, replay }: Failure): string {
  const lines = [
    message,
    `Expected: ${expected}`,
    `Came: ${actual}`,
    ...(replay ? [`See it again: ${replay.command}`] : []),
  ];
  return sentence(lines.join('\n'));
}

/** What broke is a rule of the protocol; only a scenario has a line of a file as well. */
function locationOf(rule: RuleResult, location?: Failure['location']): object {
  return {
    ...(location && {
      physicalLocation: {
        artifactLocation: { uri: location.file.split(/[\\/]/).map(encodeURIComponent).join('/') },
        region: { startLine: location.line, startColumn: location.column },
      },
    }),
    logicalLocations: [{ fullyQualifiedName: printable(rule.id), kind: 'member' }],
  };
}

/** Braces in a SARIF message stand for arguments unless they are doubled; an empty text is a violation. */
function sentence(text: string): string {
  return printable(text).replaceAll('{', '{{').replaceAll('}', '}}') || '-';
}
