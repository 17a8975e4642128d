import { listNames } from './check-recordings.ts';
import type { GoneDevice, LivePart } from './live-part.ts';

const TOO_LONG = 'the conversation is too long to be held';

/**
 * Says what a verdict rests on and is held no more.
 * @param gone how many devices were let go and did not come back
 */
export function describeForgotten(parts: readonly LivePart[], gone: number): string[] {
  const notes: string[] = [];
  if (gone > 0) {
    notes.push(
      `${gone === 1 ? '1 device was' : `${gone} devices were`} judged on the way and forgotten: ${TOO_LONG}`,
    );
  }
  const pings = countForgotten(parts, 'pings');
  if (pings) {
    notes.push(
      `${pings.names}: ${pings.count} PINGs and PONGs, each answered at once, were judged on the way and forgotten: ${TOO_LONG}`,
    );
  }
  const before = countForgotten(parts, 'before');
  if (before) {
    notes.push(
      `${before.names}: the first ${before.count} requests and messages were judged on the way and forgotten, and what came later was judged without them: ${TOO_LONG}`,
    );
  }
  return notes;
}

/** How many requests and messages were judged and are held no more. */
export function sumForgotten(parts: readonly LivePart[], gone: readonly GoneDevice[]): number {
  const ofParts = parts.reduce((sum, { forgotten }) => sum + forgotten.pings + forgotten.before, 0);
  return gone.reduce((sum, { forgotten }) => sum + forgotten, ofParts);
}

function countForgotten(
  parts: readonly LivePart[],
  what: keyof LivePart['forgotten'],
): { names: string; count: number } | undefined {
  const own = parts.filter(({ forgotten }) => forgotten[what] > 0);
  if (own.length === 0) return undefined;
  return {
    names: listNames(own.map(({ owner }) => owner)),
    count: own.reduce((sum, { forgotten }) => sum + forgotten[what], 0),
  };
}
