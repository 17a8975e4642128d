import type { Command } from 'commander';
import { parseInteger } from './option-parsers.ts';

/** Adds what a recording does not show and its user may know: `--limit`. */
export function addPolicyOptions(command: Command): Command {
  return command.option(
    '--limit <number>',
    'the sessions that the publisher allows at an offer, where that is known: refusals are judged by it',
    parseInteger(1),
  );
}
