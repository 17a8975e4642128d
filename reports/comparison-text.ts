import { markdownText } from './markdown-text.ts';
import { printableLine } from './printable.ts';
import type { Change, ComparedRule, Comparison } from './compare.ts';
import type { Verdict } from './result.ts';
import { VERDICT_WORDS } from './verdict-words.ts';

/** The changes that are told, in order of weight. */
export const CHANGE_HEADINGS: readonly (readonly [change: Change, heading: string])[] = [
  ['new', 'New failures'],
  ['still-failing', 'Still failing'],
  ['unobserved', 'Not observed any more'],
  ['fixed', 'Fixed'],
  ['changed', 'Changed otherwise'],
];

/** The comparison in one sentence: `1 new failure, 2 fixed, 3 still failing, none newly unobserved.` */
export function comparisonSentence({ rules }: Comparison): string {
  const count = (change: Change): number => rules.filter((rule) => rule.change === change).length;
  const fresh = count('new');
  return `${fresh || 'No'} new ${fresh === 1 ? 'failure' : 'failures'}, ${count('fixed') || 'none'} fixed, ${count('still-failing') || 'none'} still failing, ${count('unobserved') || 'none'} newly unobserved.`;
}

/** A comparison as text for a terminal. */
export function renderComparisonText(comparison: Comparison): string {
  const groups = CHANGE_HEADINGS.flatMap(([change, heading]) => {
    const rules = comparison.rules.filter((rule) => rule.change === change);
    return rules.length === 0 ? [] : [[heading, ...rules.map(changeLine)].join('\n')];
  });
  const legend = comparison.labels.map((label, index) => `  ${index + 1}  ${printableLine(label)}`);
  const matrix = comparison.rules.map(
    ({ verdicts, id }) => `  ${verdicts.map((verdict) => cell(verdict)).join(' ')}  ${printableLine(id)}`,
  );
  const columns = `  ${comparison.labels.map((_, index) => String(index + 1)).join(' ')}`;
  return `${[...groups, ['Results', ...legend].join('\n'), ['Every rule', columns, ...matrix].join('\n'), comparisonSentence(comparison)].join('\n\n')}\n`;
}

/** A comparison as Markdown, with the matrix as a table. */
export function renderComparisonMarkdown(comparison: Comparison): string {
  const groups = CHANGE_HEADINGS.flatMap(([change, heading]) => {
    const rules = comparison.rules.filter((rule) => rule.change === change);
    if (rules.length === 0) return [];
    return [`### ${heading}`, rules.map((rule) => `- ${markdownText(changeLine(rule).trim())}`).join('\n')];
  });
  const labels = comparison.labels.map((label) => markdownText(label));
  const matrix = table(
    ['Clause', 'Rule', ...labels],
    comparison.rules.map(({ clause, id, verdicts }) => [
      markdownText(clause),
      markdownText(id),
      ...verdicts.map((verdict) =>
        verdict ? `${cell(verdict)} ${VERDICT_WORDS[verdict].word}` : 'no such rule',
      ),
    ]),
  );
  const choices = table(
    ['Entry', 'Question', ...labels],
    comparison.ambiguities.map(({ id, question, observed }) => [
      markdownText(id),
      markdownText(question),
      ...observed.map((text) => markdownText(text ?? 'not seen')),
    ]),
  );
  const blocks = [`## ${comparisonSentence(comparison)}`, ...groups, '### Every rule', matrix];
  return `${[...blocks, ...(comparison.ambiguities.length > 0 ? ['### Where the documents leave a choice', choices] : [])].join('\n\n')}\n`;
}

function changeLine({ id, verdicts, message, title }: ComparedRule): string {
  const words = [verdicts[0], verdicts.at(-1)].map((verdict) =>
    verdict ? VERDICT_WORDS[verdict].word : 'no such rule',
  );
  const way = words[0] === words[1] ? words[0] : words.join(' → ');
  return `  ${printableLine(id)}  ${way}  ${printableLine(message ?? title)}`;
}

function cell(verdict: Verdict | undefined): string {
  return verdict ? VERDICT_WORDS[verdict].mark : ' ';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
