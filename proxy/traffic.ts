import { createHash, randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { peekCustomerClaims } from '../protocol/tokens.ts';
import type { Journal, JournalEntry, JournalEvent, JournalSubject } from '../simulator/journal.ts';
import { readBearer } from '../simulator/host/bearer.ts';
import { parseEndpointUrl } from './endpoint-url.ts';

/** Takes down what passes. */
export interface Traffic {
  write(subject: JournalSubject, event: JournalEvent): void;
  newId(): string;
}

/** @param onEntry is given each entry with its tokens, which the journal masks. */
export function createTraffic(journal: Journal, onEntry: (entry: JournalEntry) => void): Traffic {
  return {
    newId: randomUUID,
    write: (subject, event) => onEntry({ ...journal.write(subject, event), ...event }),
  };
}

/** Whose a request is, as its token says; nobody vouches for that here. */
export function subjectOfRequest(authorization: string | undefined): JournalSubject {
  const token = readBearer(authorization);
  return (token !== undefined && peekCustomerClaims(token)) || {};
}

/**
 * Whose an endpoint is. What the server's token says, where it says it under the names that one would choose (3.12 names
 * none); otherwise a fingerprint stands for the session's id.
 */
export function subjectOfEndpoint(url: string): JournalSubject {
  const token = parseEndpointUrl(url)?.searchParams.get('token');
  if (token === null || token === undefined) return {};
  const claims = readClaims(token);
  const { sessionId, offerId } = claims;
  return {
    ...peekCustomerClaims(token),
    ...(typeof offerId === 'string' ? { offerId } : {}),
    sessionId: typeof sessionId === 'string' ? sessionId : fingerprint(token),
  };
}

function readClaims(token: string): Record<string, unknown> {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}
