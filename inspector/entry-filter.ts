import type { JournalEntry } from '../simulator/journal-entry.ts';
import type { Row } from './cast.ts';

/** The kinds of entry as a person tells them apart. */
export const KIND_GROUPS = {
  HTTP: ['request', 'response'],
  Frames: ['frame'],
  Connections: ['open', 'refused-upgrade', 'close'],
  Ends: ['ended'],
  Steps: ['step'],
  Notes: ['note'],
} as const satisfies Record<string, readonly JournalEntry['kind'][]>;

export type KindGroup = keyof typeof KIND_GROUPS;

export interface EntryFilter {
  /** Every customer, where empty. */
  readonly customerId: string;
  readonly groups: readonly KindGroup[];
  /** Each word of it must be somewhere in the entry or in the device’s name. */
  readonly text: string;
}

/** The steps of the model repeat what the frames show: they are for those who ask. */
export const FIRST_FILTER: EntryFilter = {
  customerId: '',
  groups: ['HTTP', 'Frames', 'Connections', 'Ends', 'Notes'],
  text: '',
};

/** The rows that a filter lets through. */
export function filterRows(rows: readonly Row[], { customerId, groups, text }: EntryFilter): Row[] {
  const kinds = new Set<string>(groups.flatMap((group) => KIND_GROUPS[group]));
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(
    (row) =>
      kinds.has(row.entry.kind) &&
      (customerId === '' || (row.entry.customerId ?? row.device?.customerId) === customerId) &&
      words.every((word) => searchable(row).includes(word)),
  );
}

const texts = new WeakMap<Row, string>();

/** All of an entry as text; made once, for a search comes with each letter that is typed. */
function searchable(row: Row): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = `${row.device?.name ?? ''} ${JSON.stringify(row.entry)}`.toLowerCase();
  // The device of a request is known only after its answer.
  if (row.device) texts.set(row, text);
  return text;
}
