import type { TranscriptLine } from './outcome.ts';

export interface DiagramOptions {
  /** Columns between the device's line and the server's. */
  readonly width?: number | undefined;
}

/** What an arrow's lane leaves for words, unless told. */
const WIDTH = 40;

/**
 * Draws a conversation as text: devices on the left, the server on the right, time downwards. The offending line is
 * marked with `✗`. Whatever the wire held, every line of the diagram stays one line.
 */
export function renderArrowDiagram(
  lines: readonly TranscriptLine[],
  { width = WIDTH }: DiagramOptions = {},
): string {
  const names = [...new Set(lines.map(({ device }) => device))].filter((name) => name !== 'server');
  const nameWidth = Math.max(3, ...names.map((name) => name.length));
  const head = `${' '.repeat(12)}${' '.repeat(nameWidth)}  ${' '.repeat(width)} server`;
  return [head, ...lines.map((line) => renderLine(line, nameWidth, width))].join('\n');
}

function renderLine(line: TranscriptLine, nameWidth: number, width: number): string {
  const mark = line.offending ? '✗' : ' ';
  const time = (Math.max(0, line.at) / 1000).toFixed(3).padStart(8);
  const isScript = line.kind === 'note' && line.device === 'server';
  const name = (isScript ? '' : line.device).padEnd(nameWidth);
  const lane = line.direction === undefined ? renderNote(line, width) : renderArrow(line, width);
  const injected = line.injected === undefined ? '' : `  ⚡ ${flatten(line.injected)}`;
  return `${mark} ${time}  ${name} ${lane}${injected}`.trimEnd();
}

function renderArrow({ direction, label, lost }: TranscriptLine, width: number): string {
  const words = flatten(label).slice(0, width - 6);
  const shaft = '─'.repeat(width - words.length - 4);
  // A frame that was lost gets no further than half its way.
  if (direction === 'out') return lost ? `│ ${words} ${shaft.slice(0, -4)}╳    │` : `│ ${words} ${shaft}▶│`;
  return lost ? `│    ╳${shaft.slice(4)} ${words} │` : `│◀${shaft} ${words} │`;
}

function renderNote({ kind, device, label }: TranscriptLine, width: number): string {
  const isScript = kind === 'note' && device === 'server';
  const words = flatten(label);
  return isScript ? `│┄ ${words} ${'┄'.repeat(Math.max(1, width - words.length - 3))}│` : `● ${words}`;
}

/** Control characters would break the lines of the diagram, or the terminal. */
function flatten(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return String.raw`\u${code.toString(16).padStart(4, '0')}`;
  });
}
