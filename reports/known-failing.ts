import { LineCounter, parseDocument, stringify } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { printableLine } from './printable.ts';
import { ReportError } from './report-error.ts';
import type { Result } from './result.ts';
import { isBroken } from './verdict.ts';
import type { GateOptions } from './verdict.ts';

/** A rule that is known to be broken: it still runs, and must still fail. */
export interface KnownFailure {
  rule: string;
  reason: string;
  link?: string | undefined;
  /** The last day on which it is excused, `2027-01-31`. */
  expires?: string | undefined;
}

const entrySchema = z.strictObject({
  rule: z.string('expected the id of a rule').min(1, 'expected the id of a rule'),
  reason: z.string('expected a reason: why is this not fixed yet?').trim().min(1, 'the reason is empty'),
  link: z.url('expected a URL, such as the issue that tracks it').optional(),
  expires: z.iso.date('expected a day such as 2027-01-31').optional(),
});

/** A file of known failures. */
export const knownFailingSchema = z.array(entrySchema, 'expected a list of entries, each "- rule: …"');

/**
 * Reads a file of known failures: a YAML list of `rule`, `reason`, and optionally `link` and `expires`.
 * @throws {ReportError} with file, line and column of whatever is wrong.
 */
export function parseKnownFailing(text: string, file: string): KnownFailure[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax) throw complaint(file, lines, syntax.pos[0], syntax.message.split('\n')[0] ?? syntax.message);
  const content: unknown = document.toJS() ?? [];
  const parsed = knownFailingSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path ?? [];
    const where = path.length > 0 ? `${path.join('.')}: ` : '';
    throw complaint(file, lines, offsetOf(document, path), `${where}${issue?.message}`);
  }
  const twice = parsed.data.findIndex(
    ({ rule }, index) => parsed.data.findIndex((entry) => entry.rule === rule) !== index,
  );
  if (twice !== -1) {
    const message = `${parsed.data[twice]?.rule} is listed twice; keep one entry`;
    throw complaint(file, lines, offsetOf(document, [twice]), message);
  }
  return parsed.data;
}

/** The broken rules that nothing excuses yet, as entries ready to paste; empty where there is none. */
export function suggestKnownFailing(result: Result, options: GateOptions = {}): string {
  const entries = result.rules
    .filter((rule) => isBroken(rule, options))
    .map((rule) => ({
      rule: rule.id,
      reason: printableLine(rule.failures[0]?.message ?? rule.reason ?? rule.title),
    }));
  return entries.length === 0 ? '' : stringify(entries, { lineWidth: 0 });
}

/** Where the innermost part of the path that exists begins. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return range[0];
  }
  return 0;
}

function complaint(file: string, lines: LineCounter, offset: number, message: string): ReportError {
  const { line, col } = lines.linePos(offset);
  return new ReportError('bad-known-failing', `${file}:${line}:${col}: ${message}`);
}
