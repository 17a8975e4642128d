import { z } from 'zod';
import { JOURNAL_OPERATIONS } from '../simulator/control/journal-operations.ts';
import { defineOperationOn } from '../simulator/control/operation.ts';
import type { OperationOn } from '../simulator/control/operation.ts';
import type { Journal } from '../simulator/journal.ts';

const brokenSchema = z
  .strictObject({
    rule: z.string(),
    level: z.enum(['MUST', 'SHOULD', 'MAY']),
    device: z.string().meta({ description: 'Whose part of the conversation shows it.' }),
    message: z.string(),
  })
  .meta({ id: 'BrokenRule' });

/** A rule that was found broken in what passed. */
export type BrokenRule = z.infer<typeof brokenSchema>;

/** What the page of a proxy can see. */
export interface ProxySight {
  readonly journal: Journal;
  /** The origin of the server behind. */
  readonly target: string;
  readonly broken: () => readonly BrokenRule[];
}

/** What the control API of a proxy does: it shows, and steers nothing. */
export const PROXY_OPERATIONS: readonly OperationOn<ProxySight>[] = [
  defineOperationOn<ProxySight>()({
    id: 'read-proxy',
    group: 'proxy',
    method: 'get',
    route: '/proxy',
    summary: 'What stands behind this proxy, and which rules its two sides broke so far.',
    answer: z.strictObject({ target: z.string(), broken: z.array(brokenSchema) }),
    run: ({ simulator: { target, broken } }) => ({ target, broken: [...broken()] }),
  }),
  ...JOURNAL_OPERATIONS,
];
