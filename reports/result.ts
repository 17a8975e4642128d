import { z } from 'zod';

/** The version of the result format. Members may be added within a version; none is renamed or given a new meaning. */
export const RESULT_VERSION = 1;

/**
 * A rule's verdict. Nothing that was not exercised counts as passed:
 * `warn` is a SHOULD that does not hold, `not-observable` means the subject shows too little, `not-applicable` that it
 * declares to lack the capability, `inconclusive` that the harness could not keep its own timing, `error` that the
 * harness is at fault.
 */
export const VERDICTS = [
  'pass',
  'fail',
  'warn',
  'not-observable',
  'not-applicable',
  'inconclusive',
  'error',
] as const;

/** One line of a conversation, in order of time. */
const transcriptEntrySchema = z.object({
  /** Milliseconds since the conversation began. */
  at: z.number(),
  /** The device that acted or was addressed: `phone`, `tv`, `app`. */
  device: z.string(),
  kind: z.enum(['request', 'response', 'open', 'frame', 'close', 'playback', 'command', 'note']),
  /** `out` is from the device to the server, `in` from the server to the device; left out where neither holds. */
  direction: z.enum(['out', 'in']).optional(),
  /** A few words for an arrow: `POST /sessions`, `200`, `REQUESTED`, `close 1000`. */
  label: z.string(),
  /** The bytes as text, tokens masked. */
  raw: z.string().optional(),
  /** The name of the fault that was injected here. */
  injected: z.string().optional(),
  /** Which step of the conversation it belongs to, from 1. */
  step: z.int().positive().optional(),
  /** Whether this is where the rule broke. */
  offending: z.boolean().optional(),
});

const failureSchema = z.object({
  /** The check that found it. */
  check: z.string(),
  /** One sentence: what happened that must not, or did not that must. */
  message: z.string(),
  expected: z.string(),
  actual: z.string(),
  /** The shortest conversation that shows it, a step a line, each beginning with the device: `tv: creates a session`. */
  steps: z.array(z.string()),
  transcript: z.array(transcriptEntrySchema),
  /** How to see it again: a token for `--replay`, and the whole command. */
  replay: z.object({ token: z.string(), command: z.string() }).optional(),
  /** Where in a file the failed step stands, where there is one. */
  location: z.object({ file: z.string(), line: z.int(), column: z.int() }).optional(),
  /** The client's standard error, where it has one. */
  log: z.array(z.string()).optional(),
});

export const ruleResultSchema = z.object({
  /** Never reused, never renamed: `server/limit/refuse-above-limit`. */
  id: z.string(),
  side: z.enum(['server', 'client', 'scenario']),
  section: z.string(),
  level: z.enum(['MUST', 'SHOULD', 'MAY']),
  title: z.string(),
  /** The requirement in words. */
  text: z.string(),
  /** The number in PROTOCOL.md. */
  clause: z.string(),
  mark: z.enum(['D', 'C', 'A']),
  sources: z.array(z.object({ name: z.string(), url: z.string().optional() })),
  /** What a viewer of the video or the publisher suffers when the rule is broken. */
  why: z.string(),
  verdict: z.enum(VERDICTS),
  /** For every verdict but `pass` and `fail`: why, and what would change it. */
  reason: z.string().optional(),
  /** Who saw what the verdict rests on, where it was not seen by a machine alone. */
  seenBy: z.literal('person').optional(),
  /** How many cases put the rule to the test. */
  exercised: z.int(),
  /** Milliseconds. */
  duration: z.number(),
  failures: z.array(failureSchema),
  /** Why the gate excuses this broken rule. */
  known: z
    .object({
      reason: z.string(),
      link: z.string().optional(),
      /** The last day on which it is excused, `2027-01-31`. */
      expires: z.string().optional(),
    })
    .optional(),
  /** False where the rule is newer than the rule set that the run is held to: it ran, and decides nothing. */
  scored: z.boolean().optional(),
});

/** Why the gate is closed although no unexcused rule is broken. */
const gateProblemSchema = z.object({
  /**
   * Of an entry among the known failures: `stale` does not fail any more, `expired` is past its day, `unknown` names no
   * rule. Of a required rule: `unobserved`. Of a choice that the documents leave: `other-reading`.
   */
  kind: z.enum(['stale', 'expired', 'unknown', 'unobserved', 'other-reading']),
  /** The rule's id, or the pattern that was given. */
  rule: z.string(),
  /** What is wrong, and what to do about it. */
  message: z.string(),
});

/** What the subject does where the documents leave a choice. */
export const ambiguitySchema = z.object({
  id: z.string(),
  question: z.string(),
  observed: z.string().optional(),
  /** The first reading of PROTOCOL.md, where it has one: what the simulator does unless told. */
  assumed: z.string().optional(),
});

/** How much of the model a run walked through. */
const coverageSchema = z.object({
  states: z.array(z.string()),
  transitions: z.array(z.object({ from: z.string(), input: z.string(), to: z.string(), count: z.int() })),
  /** Pairs of transitions that can follow each other, where they were counted. */
  pairs: z.object({ covered: z.int(), total: z.int() }).optional(),
});

export const resultSchema = z.object({
  version: z.literal(RESULT_VERSION),
  tool: z.object({ name: z.string(), version: z.string() }),
  kind: z.enum(['server', 'client', 'scenario', 'trace']),
  subject: z.object({
    name: z.string(),
    /** What was declared or measured: address, limit, PONG deadline, round trip. */
    facts: z.record(z.string(), z.string()),
  }),
  /** ISO 8601. */
  startedAt: z.string(),
  /** Milliseconds. */
  duration: z.number(),
  seed: z.int().optional(),
  /** Whether the run went to its end; false where it was interrupted or crashed. */
  complete: z.boolean(),
  rules: z.array(ruleResultSchema),
  ambiguities: z.array(ambiguitySchema),
  coverage: coverageSchema.optional(),
  notes: z.array(z.string()),
  /** What the gate found; left out where no gate was asked. */
  gate: z.object({ problems: z.array(gateProblemSchema) }).optional(),
});

export type Verdict = (typeof VERDICTS)[number];
export type TranscriptEntry = z.infer<typeof transcriptEntrySchema>;
export type Failure = z.infer<typeof failureSchema>;
export type RuleResult = z.infer<typeof ruleResultSchema>;
export type GateProblem = z.infer<typeof gateProblemSchema>;
export type Ambiguity = z.infer<typeof ambiguitySchema>;
export type Coverage = z.infer<typeof coverageSchema>;

/** What a run of a contract or of scenarios gives: the data that every report format renders. */
export type Result = z.infer<typeof resultSchema>;
