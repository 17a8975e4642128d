/** Pixels that a character takes in the diagrams' 12 px monospaced text. */
const CHARACTER = 7.3;

/** How wide the text is, in pixels; characters beyond Latin count twice. */
export function textWidth(text: string): number {
  return Array.from(text).reduce((width, character) => width + (character > '\u2fff' ? 2 : 1) * CHARACTER, 0);
}

/** Cuts the text so that it fits into so many pixels. */
export function fitText(text: string, pixels: number): string {
  if (textWidth(text) <= pixels) return text;
  let fitted = '';
  for (const character of text) {
    if (textWidth(`${fitted}${character}…`) > pixels) break;
    fitted += character;
  }
  return `${fitted}…`;
}
