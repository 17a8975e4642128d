import { printable, printableLine } from './printable.ts';

// A backslash does not keep these from starting markup, an entity or a mention.
const ENTITIES: Record<string, string> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '@': '&#64;',
  '|': '&#124;',
};

/** Text of any kind as Markdown that shows just that text, on one line. */
export function markdownText(text: string): string {
  return printable(text)
    .replaceAll(/[<>&@|]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll(/[\\`*[\]~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (character) => `\\${character}`)
    .replace(/^(\s*)([-+#=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/, '$1\\$2')
    .replaceAll(/\s*\n\s*/g, '<br>')
    .replaceAll('\t', ' ');
}

/** Text as a Markdown code span, whatever backticks it has. */
export function markdownCode(text: string): string {
  const line = printableLine(text);
  const fence = fenceFor(line, 1);
  return `${fence} ${line} ${fence}`;
}

/** Text as a fenced block. */
export function markdownBlock(text: string, language = 'text'): string {
  const content = printable(text);
  const fence = fenceFor(content, 3);
  return `${fence}${language}\n${content}\n${fence}`;
}

function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}
