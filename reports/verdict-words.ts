import type { Verdict } from './result.ts';

/** How a verdict is shown: the same mark and words in every format. */
export const VERDICT_WORDS: Record<Verdict, { mark: string; word: string }> = {
  fail: { mark: '✗', word: 'broken' },
  warn: { mark: '⚠', word: 'not followed' },
  error: { mark: '!', word: 'harness fault' },
  inconclusive: { mark: '?', word: 'inconclusive' },
  'not-observable': { mark: '○', word: 'not observable' },
  'not-applicable': { mark: '–', word: 'not applicable' },
  pass: { mark: '✓', word: 'holds' },
};

/** Verdicts in the order in which a reader wants them: what is broken first. */
export const VERDICT_ORDER = Object.keys(VERDICT_WORDS) as Verdict[];

/** What the mark of a rule says about where it comes from. */
export const MARK_WORDS = {
  D: { word: 'documented', meaning: 'Stated in the vendor’s public documentation.' },
  C: { word: 'reference client', meaning: 'Seen in the vendor’s public client, not in the documentation.' },
  A: { word: 'assumed', meaning: 'Both are silent or disagree; this is the project’s reading.' },
} as const;
