import { isMap, isNode, isScalar, isSeq } from 'yaml';
import type { Document, LineCounter } from 'yaml';
import type { Place } from '../scenario.ts';
import type { Path } from './problem.ts';

/** Finds where in a file something stands, or as near to it as there is anything. */
export type Locate = (path: Path, atKey?: boolean) => Place;

export function createLocator(document: Document, lines: LineCounter): Locate {
  return (path, atKey = false) => {
    let node: unknown = document.contents;
    let offset = startOf(node) ?? 0;
    path.forEach((step, depth) => {
      const found = descend(node, step);
      const wantsKey = atKey && depth === path.length - 1;
      offset = (wantsKey ? found.key : (startOf(found.value) ?? found.key)) ?? offset;
      node = found.value;
    });
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}

function descend(node: unknown, step: string | number): { value?: unknown; key?: number | undefined } {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    return pair ? { value: pair.value, key: startOf(pair.key) } : {};
  }
  return isSeq(node) ? { value: node.items[Number(step)] } : {};
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
