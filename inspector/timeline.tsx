import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Row } from './cast.ts';
import { EntryDetail } from './entry-detail.tsx';
import { FIRST_FILTER, filterRows } from './entry-filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { LaneHeads } from './lane-heads.tsx';
import { layOutLanes } from './lanes.ts';
import { TimelineRow } from './timeline-row.tsx';
import { ROW_HEIGHT, useListWindow } from './use-window.ts';
import type { SimulatorView } from './use-simulator.ts';

/** Everything that happens, as a sequence diagram that grows at its end. */
export function Timeline({ view }: { view: SimulatorView }): JSX.Element {
  const [filter, setFilter] = useState(FIRST_FILTER);
  const [selected, select] = useState<Row>();
  const detail = useRef<HTMLElement>(null);
  const rows = useMemo(() => filterRows(view.rows, filter), [view.rows, filter]);
  const lanes = useMemo(() => layOutLanes(rows), [rows]);
  const list = useListWindow(rows.length);
  const customers = useMemo(() => listCustomers(view.rows), [view.rows]);
  const at = selected ? rows.indexOf(selected) : -1;

  useEffect(() => {
    if (view.rows.length === 0) select(undefined);
  }, [view.rows]);

  const go = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    select(row);
    list.reveal(rows.indexOf(row));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((list.ref.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const start = at < 0 ? rows.length : at;
    const moves: Record<string, () => void> = {
      ArrowUp: () => go(start - 1),
      ArrowDown: () => go(at < 0 ? rows.length - 1 : at + 1),
      PageUp: () => go(start - page),
      PageDown: () => go(start + page),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      Enter: () => detail.current?.focus(),
      Escape: () => select(undefined),
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move();
  };
  const closeDetail = (): void => {
    select(undefined);
    list.ref.current?.focus();
  };

  return (
    <section class="timeline card" aria-labelledby="timeline">
      <h2 id="timeline" class="visually-hidden">
        Timeline
      </h2>
      <FilterBar
        filter={filter}
        onChange={setFilter}
        customers={customers}
        shown={rows.length}
        all={view.rows.length}
      />
      <LaneHeads lanes={lanes} from={list.from} to={list.to} />
      <div
        class="list"
        ref={list.ref}
        role="listbox"
        tabIndex={0}
        aria-label="Journal entries"
        aria-activedescendant={at < 0 ? undefined : `entry-${selected!.entry.seq}`}
        onScroll={list.onScroll}
        onKeyDown={onKeyDown}
      >
        <div class="rows" role="presentation" style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
          <div
            class="drawn"
            role="presentation"
            style={{ transform: `translateY(${list.from * ROW_HEIGHT}px)` }}
          >
            {rows.slice(list.from, list.to).map((row, index) => (
              <TimelineRow
                key={row.entry.seq}
                row={row}
                index={list.from + index}
                count={rows.length}
                lanes={lanes}
                selected={row === selected}
                onSelect={() => select(row)}
              />
            ))}
          </div>
        </div>
        {rows.length === 0 && <Nothing all={view.rows.length} />}
      </div>
      {!list.following && rows.length > 0 && (
        <button type="button" class="follow main" onClick={list.follow}>
          Follow the newest ↓
        </button>
      )}
      {selected && <EntryDetail row={selected} view={view} panel={detail} onClose={closeDetail} />}
    </section>
  );
}

function Nothing({ all }: { all: number }): JSX.Element {
  if (all > 0) return <p class="empty">No entry matches the filter.</p>;
  return (
    <p class="empty">Nothing has happened yet. What comes over HTTP and WebSocket shows here as it comes.</p>
  );
}

function listCustomers(rows: readonly Row[]): string[] {
  const ids = new Set(rows.flatMap(({ device }) => device?.customerId ?? []));
  return [...ids].sort();
}
