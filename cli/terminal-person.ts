import pc from 'picocolors';
import type { Person, Reply } from '../contracts/subject/device/person.ts';
import { readLines } from '../contracts/subject/read-lines.ts';

/** The person at the terminal; standard output stays free for the report. */
export interface TerminalPerson extends Person, Disposable {}

/** A line, or why none came: the device did it, or nobody is there any more. */
type Heard = { line: string } | { is: 'seen' | 'over' };

const WORDS: Readonly<Record<string, Reply<'yes' | 'no'>>> = {
  y: 'yes',
  yes: 'yes',
  n: 'no',
  no: 'no',
  s: 'skip',
  skip: 'skip',
  q: 'quit',
  quit: 'quit',
};

/**
 * Talks with the person at the terminal, a line an answer. Where standard input is no terminal, its lines are the
 * answers in their order; the end of it ends the run, and so does `interrupt`.
 */
export function createTerminalPerson(
  interrupt: AbortSignal,
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stderr,
): TerminalPerson {
  const lines: string[] = [];
  let waiting: ((heard: Heard) => void) | undefined;
  let isOver = false;

  const hear = (heard: Heard): void => {
    const listener = waiting;
    waiting = undefined;
    if (listener) listener(heard);
    // What is typed while nobody asks would answer a question that is not there yet.
    else if ('line' in heard && !input.isTTY) lines.push(heard.line);
  };
  const end = (): void => {
    isOver = true;
    hear({ is: 'over' });
  };
  readLines(input, (line) => hear({ line }));
  input.once('end', end);
  if (interrupt.aborted) end();
  interrupt.addEventListener('abort', end, { once: true });

  const listen = async (seen?: AbortSignal): Promise<Heard> => {
    if (seen?.aborted) return { is: 'seen' };
    const line = lines.shift();
    if (line !== undefined) return { line };
    if (isOver) return { is: 'over' };
    return new Promise((resolve) => {
      waiting = resolve;
      seen?.addEventListener('abort', () => {
        waiting = undefined;
        resolve({ is: 'seen' });
      });
    });
  };
  const leave = (): 'quit' => {
    output.write(`\n${pc.dim('no more answers: the run ends here')}\n`);
    return 'quit';
  };

  return {
    say: (text) => void output.write(`${text}\n`),
    async ask(question) {
      for (;;) {
        output.write(`  ${pc.bold(question)} [y/n] `);
        const heard = await listen();
        if ('is' in heard) return leave();
        if (!input.isTTY) output.write(`${heard.line}\n`);
        const reply = WORDS[heard.line.trim().toLowerCase()];
        if (reply) return reply;
        output.write(`  ${pc.dim('Answer y or n; s skips this situation, q ends the run.')}\n`);
      }
    },
    async tell(instruction, seen) {
      output.write(`  ${pc.cyan('→')} ${pc.bold(instruction)}\n`);
      for (;;) {
        const heard = await listen(seen);
        if ('is' in heard && heard.is === 'seen') {
          output.write(`    ${pc.green('✓')} ${pc.dim('seen')}\n`);
          return 'seen';
        }
        if ('is' in heard) return leave();
        const reply = WORDS[heard.line.trim().toLowerCase()];
        if (reply === 'skip' || reply === 'quit') return reply;
        if (heard.line.trim() === '') return 'done';
        output.write(`  ${pc.dim('Press Enter when it is done; s skips this situation, q ends the run.')}\n`);
      }
    },
    [Symbol.dispose]() {
      interrupt.removeEventListener('abort', end);
      input.destroy();
    },
  };
}
