/** Draws numbers from 0 up to, not including, 1. The same seed and purpose draw the same ones. */
export function createDice(seed: number, purpose: string): () => number {
  let state = (seed ^ hash(purpose)) >>> 0;
  // mulberry32: 32 bits of state are plenty for "one in ten".
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value;
}
