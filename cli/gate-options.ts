import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { ALL_RULES } from '../protocol/rules/all-rules.ts';
import { RULES_REVISION } from '../protocol/rules/rule.ts';
import type { Rule } from '../protocol/rules/rule.ts';
import { applyGate } from '../reports/gate.ts';
import { parseKnownFailing } from '../reports/known-failing.ts';
import type { Result } from '../reports/result.ts';
import type { FailOn } from '../reports/verdict.ts';
import { readUserFile } from './read-file.ts';

/** What every command that judges takes about its gate. */
export interface GateOptions {
  failOn: FailOn;
  knownFailing?: string;
  suggestKnownFailing?: boolean;
  requireObserved: string[];
  rulesRevision?: string;
  strict?: boolean;
}

/** Adds `--fail-on`, `--known-failing`, `--suggest-known-failing`, `--require-observed` and `--rules-revision`. */
export function addGateOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--fail-on <level>', 'what makes the exit code 1: must, or should as well')
        .choices(['must', 'should'])
        .default('must'),
    )
    .option('--known-failing <file>', 'rules known to be broken: they still run, and must still fail')
    .option('--suggest-known-failing', 'print the broken rules as entries for that file, ready to paste')
    .option('--require-observed <glob>', 'rules that may not go unobserved; repeatable', collect, [])
    .option(
      '--rules-revision <year-month>',
      `score only the rules of this revision and before; the newest is ${RULES_REVISION}`,
      parseRevision,
    );
}

/** Adds `--strict`, for what judges servers: only they are asked what they do where the documents leave a choice. */
export function addStrictOption(command: Command): Command {
  return command.option(
    '--strict',
    'hold the server to the first reading of PROTOCOL.md where the documents leave a choice (section 7)',
  );
}

/** Holds a result against the gate, where one was asked for. @throws {CommandError} where the file is wrong. */
export async function holdAgainstGate(result: Result, options: GateOptions): Promise<Result> {
  const { failOn, knownFailing, requireObserved, rulesRevision, strict = false } = options;
  const isAsked =
    knownFailing !== undefined || requireObserved.length > 0 || rulesRevision !== undefined || strict;
  if (!isAsked) return result;
  const rules = rulesOf(result);
  const newer = new Set(rules.filter(({ since }) => since > (rulesRevision ?? since)).map(({ id }) => id));
  const catalogue = [...new Set([...rules, ...result.rules].map(({ id }) => id))];
  return applyGate(result, {
    failOn,
    requireObserved,
    strict,
    today: new Date().toISOString().slice(0, 10),
    known: knownFailing === undefined ? [] : await readUserFile(knownFailing, parseKnownFailing),
    catalogue,
    scored: new Set(catalogue.filter((id) => !newer.has(id))),
  });
}

/** Every rule there is for what was judged; a trace shows both sides, and scenarios bring their own. */
function rulesOf({ kind }: Result): readonly Rule[] {
  if (kind === 'trace') return ALL_RULES;
  return ALL_RULES.filter(({ side }) => side === kind);
}

function parseRevision(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) {
    throw new InvalidArgumentError(`Expected a year and a month such as ${RULES_REVISION}.`);
  }
  if (text > RULES_REVISION) {
    throw new InvalidArgumentError(
      `This drisc knows rules up to ${RULES_REVISION}; update it for newer ones.`,
    );
  }
  return text;
}

function collect(text: string, earlier: string[]): string[] {
  return [...earlier, text];
}
