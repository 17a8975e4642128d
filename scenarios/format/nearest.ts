/** Of `words`, the one that is nearest to what was typed, or nothing where none is near enough to be meant. */
export function findNearest(typed: string, words: readonly string[]): string | undefined {
  const plain = typed.toLowerCase();
  const ranked = words
    .map((word) => ({ word, distance: countEdits(plain, word.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.max(2, Math.ceil(best.word.length / 3)) ? best.word : undefined;
}

/** Says `; did you mean "word"?` where there is a near word, and nothing otherwise. */
export function suggest(typed: string, words: readonly string[]): string {
  const nearest = findNearest(typed, words);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** A little more than an insertion: a letter that was left out is likelier than a wrong one. */
const REPLACEMENT = 1.1;

/** Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other. */
function countEdits(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const cells = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      cells[column] = Math.min(
        rows[row - 1]![column]! + 1,
        cells[column - 1]! + 1,
        rows[row - 1]![column - 1]! + (same ? 0 : REPLACEMENT),
        swapped ? rows[row - 2]![column - 2]! + 1 : Infinity,
      );
    }
    rows.push(cells);
  }
  return rows[from.length]![to.length]!;
}
