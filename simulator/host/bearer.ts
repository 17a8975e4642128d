import type { Context } from 'hono';
import { peekCustomerClaims } from '../../protocol/tokens.ts';
import type { CustomerClaims } from '../../protocol/tokens.ts';

/** The token in an `authorization` header; the word Bearer in any case (PROTOCOL.md 2.13). */
export function readBearer(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}

/** The customer whom a request's token names, good or bad; nothing where it names none. */
export function peekCustomer(context: Context): Partial<CustomerClaims> {
  const token = readBearer(context.req.header('authorization'));
  return (token && peekCustomerClaims(token)) || {};
}
