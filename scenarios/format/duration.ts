import { z } from 'zod';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const PATTERN = /^(\d+(?:\.\d+)?) ?(ms|s|m|h)$/;

/** Reads a duration such as `500ms`, `2s` or `1.5m` as milliseconds; gives nothing for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = PATTERN.exec(text.trim()) ?? [];
  if (amount === undefined) return undefined;
  return Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS]);
}

/** Writes milliseconds in the largest unit in which they are a whole number: `90s`, `2m`, `1500ms`. */
export function formatDuration(milliseconds: number): string {
  const [unit, size] = (Object.entries(UNITS).reverse() as [string, number][]).find(
    ([, size]) => milliseconds >= size && milliseconds % size === 0,
  ) ?? ['ms', 1];
  return `${milliseconds / size}${unit}`;
}

/** A duration as a file writes it, read as milliseconds. A bare number would leave the unit to guessing. */
export const durationSchema = z
  .string({ error: 'expected a duration with its unit, such as 500ms, 2s or 1m' })
  .regex(PATTERN, { error: 'expected a duration with its unit, such as 500ms, 2s or 1m' })
  .transform((text) => parseDuration(text) ?? 0);
