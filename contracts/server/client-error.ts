import type { Bench } from './direct-check.ts';
import { describeAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';

/** Any 4xx will do: which one is our own assumption. @throws {Violation} */
export function expectClientError(bench: Bench, answer: HttpAnswer, message: string): void {
  if (answer.status >= 400 && answer.status < 500) return;
  throw bench.violation('a 4xx status', describeAnswer(answer), message);
}
