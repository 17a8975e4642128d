import type { JSX, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import type { Row } from './cast.ts';
import { CopyButtons } from './copy-buttons.tsx';
import { EntryRules } from './entry-rules.tsx';
import { formatTime, isLost, wordEntry } from './entry-words.ts';
import { formatBytes, readBytes } from './raw-bytes.ts';
import type { SimulatorView } from './use-simulator.ts';

interface EntryDetailProps {
  row: Row;
  view: SimulatorView;
  panel: RefObject<HTMLElement | null>;
  onClose: () => void;
}

const VIEWS = ['Message', 'Raw bytes', 'Rules', 'Entry'] as const;

/** All that is known of one entry, down to its bytes. */
export function EntryDetail({ row, view, panel, onClose }: EntryDetailProps): JSX.Element {
  const [shown, show] = useState<(typeof VIEWS)[number]>('Message');
  const { entry, device } = row;
  const { label } = wordEntry(entry);
  return (
    <aside
      class={`detail c${(device?.color ?? 0) % 6}`}
      ref={panel}
      tabIndex={-1}
      aria-label={`Entry ${entry.seq}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header>
        <h3>
          <span>{device?.name ?? 'Server'}</span> {label}
        </h3>
        <p class="quiet">
          {`#${entry.seq} at ${formatTime(entry.at)} UTC`}
          {entry.injected !== undefined && ` · injected by ${entry.injected}`}
          {isLost(entry) && ' · lost on its way'}
        </p>
        <button type="button" class="plain" aria-label="Close the entry" onClick={onClose}>
          ✕
        </button>
      </header>
      <div class="bar">
        <div class="chips" role="group" aria-label="How to show it">
          {VIEWS.map((name) => (
            <button type="button" class="chip" aria-pressed={shown === name} onClick={() => show(name)}>
              {name}
            </button>
          ))}
        </div>
        <CopyButtons row={row} view={view} />
      </div>
      {shown === 'Rules' && <EntryRules seq={entry.seq} client={view.client} />}
      <pre tabIndex={0} aria-label={shown} hidden={shown === 'Rules'}>
        {shown === 'Message' && formatMessage(row)}
        {shown === 'Raw bytes' && (formatBytes(readBytes(entry)) || '(no bytes)')}
        {shown === 'Entry' && JSON.stringify(entry, null, 2)}
      </pre>
    </aside>
  );
}

/** An entry as a person would write it down: a first line, headers, and the body with its JSON laid out. */
function formatMessage({ entry }: Row): string {
  switch (entry.kind) {
    case 'request':
      return [`${entry.method} ${entry.url}`, ...formatHeaders(entry.headers), '', layOut(entry.body)].join(
        '\n',
      );
    case 'response':
      return [`HTTP ${entry.status}`, ...formatHeaders(entry.headers), '', layOut(entry.body)].join('\n');
    case 'open':
      return [`GET ${entry.url}`, ...formatHeaders(entry.headers)].join('\n');
    case 'frame': {
      const clipped = entry.clippedFrom === undefined ? '' : `\n… of ${entry.clippedFrom} characters`;
      const problem = entry.problem === undefined ? '' : `${entry.problem}\n\n`;
      return problem + (entry.binary ? `base64: ${entry.raw}` : layOut(entry.raw)) + clipped;
    }
    default: {
      const { label, content } = wordEntry(entry);
      return content === '' ? label : `${label}: ${content}`;
    }
  }
}

function formatHeaders(headers: Record<string, string>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

function layOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
