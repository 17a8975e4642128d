import { z } from 'zod';
import { ALL_RULES } from '../../protocol/rules/all-rules.ts';
import { listEntryRules } from '../entry-rules.ts';
import { SimulatorError } from '../simulator-error.ts';
import { formatHar } from '../har.ts';
import type { Har } from '../har.ts';
import { matchesFilter } from '../journal-entry.ts';
import type { Journal } from '../journal.ts';
import type { JournalEntry, JournalFilter } from '../journal-entry.ts';
import { readLastEventId, streamJournal } from './journal-stream.ts';
import { defineOperationOn } from './operation.ts';
import type { OperationOn } from './operation.ts';

const KINDS = [
  'request',
  'response',
  'open',
  'refused-upgrade',
  'frame',
  'close',
  'step',
  'ended',
  'note',
] as const;

const filterShape = {
  publisherId: z.string().optional().meta({ description: 'Only this publisher.' }),
  customerId: z.string().optional().meta({ description: 'Only this customer.' }),
  offerId: z.string().optional().meta({ description: 'Only this offer.' }),
  sessionId: z.string().optional().meta({ description: 'Only this session.' }),
  connection: z.string().optional().meta({ description: 'Only this connection.' }),
  device: z.string().optional().meta({ description: 'Only this ghost device.' }),
  injected: z.string().optional().meta({ description: 'Only what the fault of this name touched.' }),
  kind: z.enum(KINDS).optional().meta({ description: 'Only entries of this kind.' }),
  direction: z
    .enum(['in', 'out'])
    .optional()
    .meta({ description: 'Only frames to the server, or only to the client.' }),
  action: z.string().optional().meta({ description: 'Only frames of this action.' }),
  status: z.coerce.number().int().optional().meta({ description: 'Only answers with this status.' }),
};

const after = z.coerce
  .number()
  .int()
  .min(0)
  .optional()
  .meta({ description: 'Only entries after this one’s seq.' });

/** Members differ with the kind; what all have is spelled out. */
const entrySchema = z
  .looseObject({
    seq: z.int().meta({ description: 'Counts from 1 without gaps.' }),
    at: z.number().meta({ description: 'The simulator’s time, in milliseconds since the epoch.' }),
    kind: z.enum(KINDS),
    injected: z.string().optional().meta({ description: 'The fault that made it happen.' }),
    rules: z.array(z.string()).optional().meta({ description: 'The ids of the rules that it bears on.' }),
  })
  .meta({ id: 'JournalEntry' });

type Query = JournalFilter & { after?: number | undefined };

function readFilter({ after: _, ...filter }: Query): (entry: JournalEntry) => boolean {
  return (entry) => matchesFilter(entry, filter);
}

const define = defineOperationOn<{ readonly journal: Journal }>();

const show = (entry: JournalEntry) =>
  ({ ...entry, rules: [...listEntryRules(entry)] }) as unknown as z.input<typeof entrySchema>;

const ruleSchema = z
  .strictObject({
    id: z.string(),
    level: z.enum(['MUST', 'SHOULD', 'MAY']),
    title: z.string(),
    text: z.string().meta({ description: 'The requirement in one sentence.' }),
    clause: z.string().meta({ description: 'Its number in PROTOCOL.md.' }),
    why: z.string().meta({ description: 'What is suffered where it is broken.' }),
  })
  .meta({ id: 'Rule' });

function showRule(id: string): z.input<typeof ruleSchema>[] {
  const rule = ALL_RULES.find((candidate) => candidate.id === id);
  if (!rule) return [];
  const { level, title, text, clause, why } = rule;
  return [{ id, level, title, text, clause, why }];
}

/** They serve whoever keeps a journal: the simulator, and the proxy. */
export const JOURNAL_OPERATIONS: readonly OperationOn<{ readonly journal: Journal }>[] = [
  define({
    id: 'read-journal',
    group: 'journal',
    method: 'get',
    route: '/journal',
    summary: 'What was seen, oldest first, as far back as memory reaches.',
    query: z.strictObject({
      ...filterShape,
      after,
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(10_000)
        .default(1_000)
        .meta({ description: 'At most this many, the newest.' }),
    }),
    answer: z.strictObject({
      instance: z.string().meta({ description: 'The journal itself: another one after a restart.' }),
      last: z.int().meta({ description: 'The newest seq there is.' }),
      entries: z.array(entrySchema),
    }),
    run({ simulator, query: { limit, ...query } }) {
      const { journal } = simulator;
      const entries = journal.entries({ after: query.after ?? 0, match: readFilter(query) });
      return { instance: journal.instance, last: journal.last, entries: entries.slice(-limit).map(show) };
    },
  }),
  define({
    id: 'show-entry-rules',
    group: 'journal',
    method: 'get',
    route: '/journal/{seq}/rules',
    summary: 'The rules that an entry bears on: what it can keep or break, or what is to follow from it.',
    path: z.strictObject({ seq: z.coerce.number().int().meta({ description: 'The seq of the entry.' }) }),
    answer: z.strictObject({ rules: z.array(ruleSchema) }),
    errors: [404],
    run({ simulator, path: { seq } }) {
      const [entry] = simulator.journal.entries({ after: seq - 1, match: (each) => each.seq === seq });
      if (entry) return { rules: listEntryRules(entry).flatMap(showRule) };
      throw new SimulatorError(
        'UnknownEntry',
        `there is no entry ${seq}, or memory does not reach back to it`,
      );
    },
  }),
  define({
    id: 'wait-for-entry',
    group: 'journal',
    method: 'get',
    route: '/journal/wait',
    summary: 'Answers with the first entry that matches, as soon as there is one.',
    query: z.strictObject({
      ...filterShape,
      after,
      timeout: z.coerce
        .number()
        .int()
        .min(0)
        .max(600_000)
        .default(10_000)
        .meta({ description: 'How long to wait, on the wall clock; then 408.', unit: 'ms' }),
    }),
    answer: entrySchema,
    errors: [408],
    async run({ simulator, query: { timeout, ...query }, signal }) {
      const given = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
      try {
        return show(
          await simulator.journal.wait({ match: readFilter(query), after: query.after, signal: given }),
        );
      } catch (cause) {
        throw new SimulatorError('NothingCame', `nothing that matches came within ${timeout} ms`, { cause });
      }
    },
  }),
  define({
    id: 'follow-journal',
    group: 'journal',
    method: 'get',
    route: '/journal/stream',
    summary:
      'The journal as server-sent events: one `entry` each, with its seq as the id. Goes on behind `Last-Event-ID`.',
    query: z.strictObject({ ...filterShape, after }),
    answer: z.string(),
    mediaType: 'text/event-stream',
    run({ simulator: { journal }, query, header, signal }) {
      const after = readLastEventId(journal, header('last-event-id')) ?? query.after;
      return streamJournal(journal, { match: readFilter(query), after, signal });
    },
  }),
  define({
    id: 'export-journal',
    group: 'journal',
    method: 'get',
    route: '/journal/jsonl',
    summary: 'The journal as JSON Lines, one entry a line.',
    query: z.strictObject({ ...filterShape, after }),
    answer: z.string(),
    mediaType: 'application/jsonl',
    run({ simulator, query }) {
      const entries = simulator.journal.entries({ after: query.after ?? 0, match: readFilter(query) });
      const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`);
      return new Response(lines.join(''), { headers: { 'content-type': 'application/jsonl' } });
    },
  }),
  define({
    id: 'export-har',
    group: 'journal',
    method: 'get',
    route: '/journal/har',
    summary: 'The journal as HAR 1.2 with WebSocket messages, for a browser’s network panel.',
    query: z.strictObject({ ...filterShape, after }),
    answer: z.custom<Har>().meta({ type: 'object', description: 'HAR 1.2.' }),
    run: ({ simulator, query }) =>
      formatHar(simulator.journal.entries({ after: query.after ?? 0, match: readFilter(query) })),
  }),
];
