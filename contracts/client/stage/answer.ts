import { z } from 'zod';

/** What the server may do to its own good answer before it sends it. */
const ALTERATIONS = {
  'no-endpoint': ({ endpoint: _, ...rest }: Body): Body => rest,
  'number-endpoint': (body: Body): Body => ({ ...body, endpoint: 7 }),
  'relative-endpoint': (body: Body): Body => ({ ...body, endpoint: '/connect?token=none' }),
  'null-endpoint': (body: Body): Body => ({ ...body, endpoint: null }),
  'extra-members': (body: Body): Body => ({
    ...body,
    action: 'EXPIRED',
    error: null,
    details: { future: true },
  }),
  'says-disabled': (body: Body): Body => ({
    ...body,
    status: 'disabled',
    message: 'Session tracking disabled.',
  }),
  'enabled-false': (body: Body): Body => ({ ...body, enabled: false }),
  'no-code': ({ code: _, ...rest }: Body): Body => rest,
  'no-details': ({ details: _, ...rest }: Body): Body => rest,
} as const;

type Body = Record<string, unknown>;
export type Alteration = keyof typeof ALTERATIONS;

/** An answer that the stage gives in place of the simulator's, or what it does to the simulator's. Plain data. */
export const scriptedAnswerSchema = z.union([
  /** This status and body. */
  z.strictObject({ status: z.int().min(200).max(599), body: z.string(), type: z.string().optional() }),
  /** The connection breaks: before the server has done anything, before a byte of its answer, or in the middle of it. */
  z.strictObject({ broken: z.enum(['at-once', 'before-the-answer', 'in-the-middle']) }),
  /** No answer, ever. */
  z.strictObject({ silent: z.literal(true) }),
  /** The simulator's answer, altered and late (milliseconds), with another status. */
  z.strictObject({
    alter: z.enum(Object.keys(ALTERATIONS) as [Alteration, ...Alteration[]]).optional(),
    status: z.int().min(200).max(599).optional(),
    delay: z.int().min(0).optional(),
  }),
]);

export type ScriptedAnswer = z.infer<typeof scriptedAnswerSchema>;

/** Does to a JSON body what `alter` names. */
export function alterBody(body: string, alter: Alteration): string {
  return JSON.stringify(ALTERATIONS[alter](JSON.parse(body) as Body));
}

const BROKEN_WORDS = {
  'at-once': 'the connection breaks before an answer',
  'before-the-answer': 'does what it is asked to, and its answer is lost',
  'in-the-middle': 'the answer breaks off in the middle',
} as const;

/** Says in a few words what an answer is. */
export function describeAnswer(answer: ScriptedAnswer): string {
  if ('broken' in answer) return BROKEN_WORDS[answer.broken];
  if ('silent' in answer) return 'no answer comes';
  if ('body' in answer) return `answers ${answer.status} ${answer.body.slice(0, 80)}`.trim();
  const parts = [
    answer.alter && `alters its answer: ${answer.alter}`,
    answer.status && `answers with status ${answer.status}`,
    answer.delay && `answers ${answer.delay} ms late`,
  ];
  return parts.filter(Boolean).join(', ') || 'answers as it should';
}
