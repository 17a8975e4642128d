import type { Locate } from '../../scenarios/format/locate.ts';

/**
 * Finds a place of a configuration in the program that makes it, by its keys in the order of the text. That is exact for
 * a literal; for a value that is computed elsewhere it is the nearest key above it that the text has.
 */
export function locateInSource(text: string): Locate {
  return (path) => {
    let offset = Math.max(0, text.search(/export\s+default|module\.exports/));
    for (const step of path) {
      const found = typeof step === 'number' ? findItem(text, offset, step) : findKey(text, offset, step);
      if (found === undefined) break;
      offset = found;
    }
    const before = text.slice(0, offset);
    return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
  };
}

function findKey(text: string, from: number, key: string): number | undefined {
  const name = key.replaceAll(/[^\w$]/g, String.raw`\$&`);
  const match = new RegExp(`(?<![\\w$'"])(['"]?)${name}\\1\\s*:`).exec(text.slice(from));
  return match ? from + match.index : undefined;
}

/** The nth `{` that opens directly inside the next `[`. */
function findItem(text: string, from: number, index: number): number | undefined {
  let depth = 0;
  let seen = -1;
  for (let at = text.indexOf('[', from); at >= 0 && at < text.length; at += 1) {
    const char = text[at];
    if (char === '[' || char === '{') depth += 1;
    if (char === ']' || char === '}') depth -= 1;
    if (depth === 0) return undefined;
    if (char !== '{' || depth !== 2) continue;
    seen += 1;
    if (seen === index) return at;
  }
  return undefined;
}
