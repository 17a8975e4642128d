import { z } from 'zod';
import { ReportError } from './report-error.ts';
import type { Result, RuleResult } from './result.ts';
import { ambiguitySchema, resultSchema, ruleResultSchema } from './result.ts';

const headerSchema = resultSchema
  .pick({ version: true, tool: true, kind: true, subject: true, startedAt: true, seed: true })
  .extend({ type: z.literal('header') });

const ruleSchema = z.object({
  type: z.literal('rule'),
  /** Milliseconds since the run began, so that a run that broke off has a length. */
  at: z.number(),
  rule: ruleResultSchema,
});

const endSchema = resultSchema
  .pick({ duration: true, complete: true, coverage: true, notes: true, gate: true, subject: true })
  .extend({ type: z.literal('end'), ambiguities: z.array(ambiguitySchema) });

const lineSchema = z.discriminatedUnion('type', [headerSchema, ruleSchema, endSchema]);

export type ResultHeader = Omit<z.infer<typeof headerSchema>, 'type'>;
export type ResultEnd = Omit<z.infer<typeof endSchema>, 'type'>;

/** Writes a result while the run goes on: a line at the start, one a rule, one at the end. */
export interface ResultWriter {
  /** @param at milliseconds since the run began. A rule that is written again replaces what was written before. */
  rule(rule: RuleResult, at: number): void;
  end(end: ResultEnd): void;
}

/** @param write takes one whole line with its newline, and should hand it to the system before it returns. */
export function createResultWriter(header: ResultHeader, write: (line: string) => void): ResultWriter {
  const line = (content: z.infer<typeof lineSchema>): void => write(`${JSON.stringify(content)}\n`);
  line({ type: 'header', ...header });
  return {
    rule: (rule, at) => line({ type: 'rule', at, rule }),
    end: (end) => line({ type: 'end', ...end }),
  };
}

/** A whole result as such lines. */
export function renderNdjson(result: Result): string {
  const { version, tool, kind, subject, startedAt, seed, rules, ...end } = result;
  const lines: string[] = [];
  const header = { version, tool, kind, subject, startedAt, ...(seed !== undefined && { seed }) };
  const writer = createResultWriter(header, (line) => lines.push(line));
  for (const rule of rules) writer.rule(rule, end.duration);
  writer.end({ ...end, subject });
  return lines.join('');
}

/**
 * Reads such lines, also of a run that was killed: a last line that was cut is left out, and without an end the result
 * is not complete.
 * @throws {ReportError} where a line is no part of a result, or the first is no header.
 */
export function readNdjson(text: string, file: string): Result {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const parsed = lines.flatMap((line, index) => {
    const cut = index === lines.length - 1 && !text.endsWith('\n');
    const content = parseLine(line, cut, `${file}:${index + 1}`);
    return content ? [content] : [];
  });
  const [header] = parsed;
  if (header?.type !== 'header') {
    throw new ReportError('bad-result', `${file}:1: expected the header of a result, {"type":"header",…}`);
  }
  const { type: _header, ...head } = header;
  const rules = new Map<string, RuleResult>();
  for (const line of parsed) {
    if (line.type !== 'rule') continue;
    // The last word on a rule counts for its place as well: at the end of a run all are written in their order.
    rules.delete(line.rule.id);
    rules.set(line.rule.id, line.rule);
  }
  const end = parsed.findLast((line) => line.type === 'end');
  if (end) {
    const { type: _end, ...tail } = end;
    return { ...head, ...tail, rules: [...rules.values()] };
  }
  return {
    ...head,
    duration: parsed.reduce((latest, line) => (line.type === 'rule' ? Math.max(latest, line.at) : latest), 0),
    complete: false,
    rules: [...rules.values()],
    ambiguities: [],
    notes: ['The run broke off before its end; this is what was written until then.'],
  };
}

function parseLine(line: string, cut: boolean, where: string): z.infer<typeof lineSchema> | undefined {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch (error) {
    if (cut) return undefined;
    throw new ReportError('bad-result', `${where}: expected a line of JSON, got ${line.slice(0, 60)}`, {
      cause: error,
    });
  }
  const parsed = lineSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new ReportError('bad-result', `${where}: no line of a result: ${z.prettifyError(parsed.error)}`);
}
