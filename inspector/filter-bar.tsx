import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { KIND_GROUPS } from './entry-filter.ts';
import type { EntryFilter, KindGroup } from './entry-filter.ts';

interface FilterBarProps {
  filter: EntryFilter;
  onChange: (filter: EntryFilter) => void;
  customers: readonly string[];
  shown: number;
  all: number;
}

/** Chooses what the timeline shows; the key `/` leads to its search. */
export function FilterBar({ filter, onChange, customers, shown, all }: FilterBarProps): JSX.Element {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = (event.target as Element | null)?.matches('input, select, textarea') ?? false;
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      search.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const { groups } = filter;
  const toggle = (group: KindGroup): void => {
    const next = groups.includes(group) ? groups.filter((other) => other !== group) : [...groups, group];
    onChange({ ...filter, groups: next });
  };
  return (
    <div class="filter" role="search" aria-label="Filter the timeline">
      <input
        ref={search}
        type="search"
        aria-label="Search"
        aria-keyshortcuts="/"
        placeholder="Search  /"
        value={filter.text}
        onInput={({ currentTarget }) => onChange({ ...filter, text: currentTarget.value })}
      />
      <select
        aria-label="Customer"
        value={filter.customerId}
        onChange={({ currentTarget }) => onChange({ ...filter, customerId: currentTarget.value })}
      >
        <option value="">All customers</option>
        {customers.map((id) => (
          <option value={id}>{id}</option>
        ))}
      </select>
      <div class="chips" role="group" aria-label="Kinds">
        {(Object.keys(KIND_GROUPS) as KindGroup[]).map((group) => (
          <button
            type="button"
            class="chip"
            aria-pressed={groups.includes(group)}
            onClick={() => toggle(group)}
          >
            {group}
          </button>
        ))}
      </div>
      <span class="quiet counted" role="status">
        {shown === all ? `${all} entries` : `${shown} of ${all} entries`}
      </span>
    </div>
  );
}
