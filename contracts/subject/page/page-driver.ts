import type { Page } from '@playwright/test';
import { z } from 'zod';
import type { StartCommand } from '../../../protocol/driver-protocol.ts';
import { SubjectError } from '../subject-error.ts';

/** What a user does in a page: a press on the first visible element that fits a selector, or a function that does it. */
export type PageAction<About> = string | ((page: Page, about: About) => Promise<void>);

/**
 * How the harness finds its way round a page. Selectors are CSS; what is left out is looked for by the attribute
 * `data-drisc`, such as `data-drisc="start"`.
 */
export interface PageDriver {
  /** The page's address from the one on the command line on, with placeholders: `?base={baseUrl}&token={token}`. */
  readonly address?: string | undefined;
  /** Where neither this nor `data-drisc` says how to start, the page starts by itself when it is opened. */
  readonly start?: PageAction<StartCommand> | undefined;
  readonly stop?: PageAction<undefined> | undefined;
  /** Brings the stream to its end; media elements are sent to their end unless told. */
  readonly end?: PageAction<undefined> | undefined;
  /** What to press to take a session over, from the session's element on; offered where one of them is visible. */
  readonly takeover?: string | undefined;
  /** What is visible while the user is told of the limit. */
  readonly limit?: string | undefined;
  /** One for each session shown there. */
  readonly session?: string | undefined;
  /** The attribute of such an element that has the session's id; the session is known by its name where there is none. */
  readonly sessionId?: string | undefined;
  /** Where its name is, from the element of the session on. */
  readonly sessionName?: string | undefined;
  /** What is visible when the user is told that another session took over. */
  readonly takenOver?: string | undefined;
  /** Where the other one's name is, from there on. */
  readonly takenOverBy?: string | undefined;
  /** What is visible when the user is told that something went wrong. */
  readonly error?: string | undefined;
  /** Which media elements count; all unless told. */
  readonly media?: string | undefined;
}

const selector = z.string().min(1).optional();
const action = z
  .union([z.string().min(1), z.custom<never>((value) => typeof value === 'function')])
  .optional();

const pageDriverSchema = z.strictObject({
  address: z.string().optional(),
  start: action,
  stop: action,
  end: action,
  takeover: selector,
  limit: selector,
  session: selector,
  sessionId: selector,
  sessionName: selector,
  takenOver: selector,
  takenOverBy: selector,
  error: selector,
  media: selector,
});

/**
 * Takes what a driver file exports for a driver.
 * @param source the file, for the message
 * @throws {SubjectError} `BadDriver` says what is wrong with it.
 */
export function parsePageDriver(value: unknown, source: string): PageDriver {
  const parsed = pageDriverSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`.trim(),
  );
  throw new SubjectError(
    'BadDriver',
    `${source}: expected "export const driver = { start: '#play', … }" of selectors and functions\n  ${problems.join('\n  ')}`,
  );
}

/** The controls that a page has where its driver does not say otherwise. */
export const CONTROLS = { start: '[data-drisc~="start"]', stop: '[data-drisc~="stop"]' } as const;

/** The selectors that are looked for, with the attribute's where the driver says nothing. */
export function resolveSelectors(driver: PageDriver) {
  return {
    limit: driver.limit ?? '[data-drisc~="limit"]',
    session: driver.session ?? '[data-drisc~="session"]',
    sessionId: driver.sessionId ?? 'data-drisc-id',
    sessionName: driver.sessionName ?? '[data-drisc~="name"]',
    takeover: driver.takeover ?? '[data-drisc~="takeover"]',
    takenOver: driver.takenOver ?? '[data-drisc~="taken-over"]',
    takenOverBy: driver.takenOverBy ?? '[data-drisc~="by"]',
    error: driver.error ?? '[data-drisc~="error"]',
    media: driver.media ?? 'audio, video',
  };
}

/** Where in a page the harness looks for what its user sees: one CSS selector each; `sessionId` is an attribute's name. */
export type PageSelectors = ReturnType<typeof resolveSelectors>;
