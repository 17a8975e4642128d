import pc from 'picocolors';
import type { JournalEntry } from '../simulator/journal.ts';

/** Formats a journal entry as a line for a person, or gives nothing for what only a machine wants to know. */
export function formatJournalLine(entry: JournalEntry): string | undefined {
  const text = describe(entry);
  if (text === undefined) return undefined;
  const time = new Date(entry.at).toISOString().slice(11, 23);
  const who = [entry.customerId, entry.device ?? shorten(entry.sessionId)].filter(Boolean).join(' ');
  const injected = entry.injected ? pc.magenta(` injected: ${entry.injected}`) : '';
  return `${pc.dim(time)} ${pc.cyan(who.padEnd(14))} ${text}${injected}`;
}

function describe(entry: JournalEntry): string | undefined {
  switch (entry.kind) {
    case 'request':
      return `→ ${entry.method} ${new URL(entry.url).pathname} ${pc.dim(entry.body)}`;
    case 'response':
      return `← ${entry.status} ${pc.dim(entry.body)}`;
    case 'open':
      return '→ WebSocket opened';
    case 'refused-upgrade':
      return pc.red(`← WebSocket refused with ${entry.status}: ${entry.message}`);
    case 'frame':
      return entry.direction === 'in'
        ? `→ ${entry.action ?? pc.red(entry.problem ?? entry.raw)}`
        : `← ${pc.bold(entry.action ?? entry.raw)}`;
    case 'close':
      return `${entry.by === 'server' ? '←' : '→'} closed by ${entry.by}, ${entry.code} ${entry.reason}`;
    case 'ended':
      return pc.dim(`session ended: ${entry.reason}`);
    case 'note':
      return pc.yellow(entry.text);
    case 'step':
      return undefined;
  }
}

function shorten(id: string | undefined): string | undefined {
  return id?.slice(0, 8);
}
