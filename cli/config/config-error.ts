import { CommandError, EXIT } from '../exit.ts';

/** Something wrong with a configuration, and where: a file with line and column, a variable, or a flag. */
export interface ConfigProblem {
  readonly where: string;
  readonly message: string;
}

/** A file may hold anything, and a terminal obeys control characters. */
function makeVisible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (char) => (char === '\n' ? char : JSON.stringify(char).slice(1, -1)));
}

/** A configuration that cannot be used; says everything that is wrong with it at once. */
export class ConfigError extends CommandError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(
      EXIT.usage,
      problems.map(({ where, message }) => makeVisible(`${where}: ${message}`)).join('\n'),
      options,
    );
    this.problems = problems;
  }
}
