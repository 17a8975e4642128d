#!/usr/bin/env node
import { CommanderError } from 'commander';
import pc from 'picocolors';
import { SubjectError } from '../contracts/subject/subject-error.ts';
import { SimulatorError } from '../simulator/simulator-error.ts';
import { CommandError, EXIT } from './exit.ts';
import type { ExitCode } from './exit.ts';
import { outliveReaders } from './outlive-readers.ts';
import { createProgram } from './program.ts';

outliveReaders();

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong in the words of whom it concerns. */
function report(error: unknown): ExitCode {
  // Commander has printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandError) {
    process.stderr.write(`${pc.red('error:')} ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof SimulatorError || error instanceof SubjectError) {
    process.stderr.write(`${pc.red('error:')} ${error.message}\n`);
    return EXIT.environment;
  }
  const detail = error instanceof Error ? error.stack : String(error);
  process.stderr.write(
    `${pc.red('fault of drisc:')} ${detail}\nPlease report this with the command that you ran.\n`,
  );
  return EXIT.fault;
}
