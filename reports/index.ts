export { compareResults } from './compare.ts';
export type { Change, ComparedRule, Comparison, LabelledResult } from './compare.ts';
export { comparisonSentence, renderComparisonMarkdown, renderComparisonText } from './comparison-text.ts';
export { parseReportOption, REPORT_FORMATS } from './formats.ts';
export type { ReportFormat, ReportRequest } from './formats.ts';
export { applyGate } from './gate.ts';
export type { GateRules } from './gate.ts';
export { parseKnownFailing, suggestKnownFailing } from './known-failing.ts';
export type { KnownFailure } from './known-failing.ts';
export { mergeResults } from './merge.ts';
export { createResultWriter } from './ndjson.ts';
export type { ResultEnd, ResultHeader, ResultWriter } from './ndjson.ts';
export { readResult } from './read-result.ts';
export { ReportError } from './report-error.ts';
export type { ReportErrorCode } from './report-error.ts';
export { resultSchema } from './result.ts';
export type {
  Ambiguity,
  Coverage,
  Failure,
  GateProblem,
  Result,
  RuleResult,
  TranscriptEntry,
  Verdict,
} from './result.ts';
export { verdictSentence } from './sentence.ts';
export { exitCodeOf, overallVerdict } from './verdict.ts';
export type { FailOn, GateOptions, OverallVerdict } from './verdict.ts';
