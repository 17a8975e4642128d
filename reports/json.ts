import type { Result } from './result.ts';

/** The result itself, for machines: the shape is `drisckit/schema/result.schema.json`. */
export function renderJson(result: Result): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
