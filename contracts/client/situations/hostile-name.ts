/** A name that does something, and shows itself, where a page takes it for markup. */
export const HOSTILE_MARKUP = '<img src=x onerror="globalThis.dialogOfATest=1"><b class=of-a-name>TV</b>';

/** What it leaves in such a page: what its script sets, and what its elements are found by. */
export const MARKUP_TRACES = {
  variable: 'dialogOfATest',
  elements: 'img[src="x"], [onerror*="dialogOfATest"], b.of-a-name',
} as const;
