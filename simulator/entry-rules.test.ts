import { describe, expect, it } from 'vitest';
import { RULES_OF_TRAFFIC } from '../protocol/rules/rules-of-traffic.ts';
import { listEntryRules } from './entry-rules.ts';
import type { JournalEntry } from './journal-entry.ts';

const request = (method: string, url: string): JournalEntry =>
  ({ kind: 'request', method, url }) as JournalEntry;

describe('listEntryRules', () => {
  it('knows a request behind a base path', () => {
    const create = RULES_OF_TRAFFIC['request create'];
    expect(listEntryRules(request('POST', 'https://drisc.example/v1/sessions'))).toEqual(create);
    expect(listEntryRules(request('POST', '/v1/takeover'))).toEqual(RULES_OF_TRAFFIC['request takeover']);
    expect(listEntryRules(request('GET', '/sessions'))).toEqual(RULES_OF_TRAFFIC['request other']);
    expect(listEntryRules(request('POST', '/v1/chat'))).toEqual(RULES_OF_TRAFFIC['request other']);
  });
});
