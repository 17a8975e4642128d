import { z } from 'zod';

/**
 * A close code that may stand in a close frame (RFC 6455, 7.4; the registry of close codes): 1005, 1006 and 1015 only
 * stand for something in the reports of a client, 1004 and those up to 2999 are nobody's.
 */
export const closeCodeSchema = z
  .int()
  .min(1000)
  .max(4999)
  .refine(
    isSendable,
    'expected a code that may stand in a close frame: 1000 to 1003, 1007 to 1014, 3000 to 4999',
  )
  .meta({
    not: {
      anyOf: [
        { type: 'integer', minimum: 1004, maximum: 1006 },
        { type: 'integer', minimum: 1015, maximum: 2999 },
      ],
    },
  });

function isSendable(code: number): boolean {
  return code <= 1003 || (code >= 1007 && code <= 1014) || code >= 3000;
}

/** The longest reason in a close frame, in bytes of UTF-8: a control frame has 125, and the code takes two (RFC 6455, 5.5). */
const LONGEST_REASON = 123;

/** A reason that fits into a close frame. */
export const closeReasonSchema = z
  .string()
  .max(LONGEST_REASON)
  .refine(
    (reason) => new TextEncoder().encode(reason).byteLength <= LONGEST_REASON,
    `expected ${LONGEST_REASON} bytes of UTF-8 or less`,
  );

const closeFrameSchema = z.strictObject({ code: closeCodeSchema, reason: closeReasonSchema });

/**
 * Sees that a close frame can be made of a code and a reason.
 * @throws {TypeError} where it cannot
 */
export function verifyCloseFrame(code: number, reason: string): void {
  const parsed = closeFrameSchema.safeParse({ code, reason });
  if (!parsed.success) throw new TypeError(`close frame: ${z.prettifyError(parsed.error)}`);
}
