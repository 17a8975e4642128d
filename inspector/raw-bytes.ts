import type { JournalEntry } from '../simulator/journal-entry.ts';

/** The bytes that an entry has: of a frame, a body, or whatever else it bears. */
export function readBytes(entry: JournalEntry): Uint8Array {
  if (entry.kind === 'frame' && entry.binary) {
    return Uint8Array.from(atob(entry.raw), (character) => character.charCodeAt(0));
  }
  return new TextEncoder().encode(readText(entry));
}

function readText(entry: JournalEntry): string {
  switch (entry.kind) {
    case 'frame':
      return entry.raw;
    case 'request':
    case 'response':
      return entry.body;
    case 'close':
      return entry.reason;
    case 'note':
      return entry.text;
    case 'refused-upgrade':
      return entry.message;
    default:
      return '';
  }
}

/** A hex dump, sixteen bytes a line with their offset and what is printable ASCII of them. */
export function formatBytes(bytes: Uint8Array, most = 4_096): string {
  const lines: string[] = [];
  for (let offset = 0; offset < Math.min(bytes.length, most); offset += 16) {
    const part = [...bytes.subarray(offset, Math.min(offset + 16, most))];
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = part
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
      .join('');
    lines.push(`${offset.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${ascii}`);
  }
  if (bytes.length > most) lines.push(`… ${bytes.length - most} more bytes`);
  return lines.join('\n');
}
