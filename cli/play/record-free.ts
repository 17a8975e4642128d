import pc from 'picocolors';
import { renderArrowDiagram } from '../../scenarios/arrow-diagram.ts';
import type { PlayOptions } from '../../scenarios/player/play-scenario.ts';
import { recordFreePlay } from '../../scenarios/record-free-play.ts';
import { CommandError, EXIT } from '../exit.ts';
import { writeReport } from '../report-options.ts';
import { quoteForShell } from '../quote.ts';
import type { PlayPrinter } from './play-printer.ts';

interface RecordRequest {
  readonly file: string;
  /** Milliseconds; until Ctrl-C, or until the client ends, where left out. */
  readonly duration: number | undefined;
  /** How the client is attached, as the command line says it. */
  readonly driven: string;
  readonly printer: PlayPrinter;
}

/**
 * Lets a client play without a scenario, until `signal` at the latest, and writes what it did as one.
 * @throws {CommandError} where nothing came of a client
 */
export async function recordFree(
  { file, duration, driven, printer }: RecordRequest,
  options: PlayOptions,
): Promise<string> {
  const { outcome, text } = await recordFreePlay({
    ...options,
    duration,
    onEvent(event) {
      if (event.type === 'order' || (event.type === 'begin' && event.prompt)) printer.event(event);
    },
  });
  if (text === undefined) {
    throw new CommandError(EXIT.environment, 'nothing came of a client, so there is nothing to record');
  }
  await writeReport(file, text);
  const { failure } = outcome;
  const isOver = failure === undefined || failure.message === 'the client is gone';
  const warning = isOver ? '' : `${pc.yellow('It broke a rule:')} ${failure.message}; ${failure.expected}\n`;
  return `${renderArrowDiagram(outcome.transcript)}\n${warning}recorded: ${file}\ncheck it: drisc play ${quoteForShell(file)}${driven}\n`;
}
