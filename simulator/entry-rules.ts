import { driscPathOf } from '../protocol/drisc-path.ts';
import { RULES_OF_TRAFFIC } from '../protocol/rules/rules-of-traffic.ts';
import type { TrafficKind } from '../protocol/rules/rules-of-traffic.ts';
import type { JournalEntry } from './journal-entry.ts';

/** The ids of the rules that an entry of the journal bears on; none for what nobody sent or was told. */
export function listEntryRules(entry: JournalEntry): readonly string[] {
  const kind = kindOf(entry);
  return kind === undefined ? [] : RULES_OF_TRAFFIC[kind];
}

function kindOf(entry: JournalEntry): TrafficKind | undefined {
  switch (entry.kind) {
    case 'request':
      return kindOfRequest(entry.method, entry.url);
    case 'response':
      return kindOfResponse(entry.status, entry.body);
    case 'open':
      return 'open';
    case 'refused-upgrade':
      return 'refused upgrade';
    case 'frame':
      return kindOfFrame(entry.direction, entry.action);
    case 'close':
      return `close by ${entry.by}`;
    case 'ended':
      return kindOr(`ended ${entry.reason}`, 'ended otherwise');
    case 'step':
    case 'note':
      return undefined;
  }
}

function kindOfRequest(method: string, url: string): TrafficKind {
  if (method === 'OPTIONS') return 'request preflight';
  const path = method === 'POST' ? driscPathOf(url) : undefined;
  if (path === 'sessions') return 'request create';
  return path === 'takeover' ? 'request takeover' : 'request other';
}

function kindOfResponse(status: number, body: string): TrafficKind {
  if (status === 204) return 'response preflight';
  if (status === 401) return 'response unauthorized';
  if (status >= 400) return body.includes('"LimitExceeded"') ? 'response limit' : 'response refused';
  return body.includes('"endpoint"') ? 'response granted' : 'response disabled';
}

function kindOfFrame(direction: 'in' | 'out', action: string | undefined): TrafficKind {
  return kindOr(`${direction} ${action}`, direction === 'in' ? 'in bad' : 'out other');
}

function kindOr(name: string, other: TrafficKind): TrafficKind {
  return Object.hasOwn(RULES_OF_TRAFFIC, name) ? (name as TrafficKind) : other;
}
