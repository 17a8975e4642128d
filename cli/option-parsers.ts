import { InvalidArgumentError } from 'commander';

/** Reads a whole number within bounds. @throws {InvalidArgumentError} */
export function parseInteger(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max && text.trim() !== '') return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a duration: `250ms`, `5s`, `2m`, `24h`, or plain milliseconds. @throws {InvalidArgumentError} */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  if (!match?.[1]) throw new InvalidArgumentError('Expected a duration such as 250ms, 5s or 2m.');
  return Number(match[1]) * (UNITS[match[2] ?? 'ms'] ?? 1);
}
