import { z } from 'zod';
import { readNdjson } from './ndjson.ts';
import { ReportError } from './report-error.ts';
import { RESULT_VERSION, resultSchema } from './result.ts';
import type { Result } from './result.ts';

/**
 * Reads a result from a file of either kind: JSON, or the lines that a run writes while it goes on.
 * @throws {ReportError} that says where and what was expected.
 */
export function readResult(text: string, file: string): Result {
  if (text.trim() === '') {
    throw new ReportError(
      'bad-result',
      `${file}: expected a result, got an empty file; did the run start at all?`,
    );
  }
  if (/^\s*\{"type":/.test(text)) return readNdjson(text, file);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new ReportError('bad-result', `${file}: expected JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const version = (content as { version?: unknown } | null)?.version;
  if (version !== RESULT_VERSION) {
    const hint = 'Write one with drisc test … --report json=result.json';
    throw new ReportError(
      'bad-result',
      `${file}: expected a result of version ${RESULT_VERSION}, got version ${JSON.stringify(version)}. ${hint}`,
    );
  }
  const parsed = resultSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new ReportError('bad-result', `${file}: not a result: ${z.prettifyError(parsed.error)}`);
}
