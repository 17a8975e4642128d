import type { JSX } from 'preact';
import { printableLine } from '../printable.ts';
import type { Result, Verdict } from '../result.ts';
import { sectionsOf } from '../sections.ts';
import type { Section } from '../sections.ts';
import { VERDICT_ORDER, VERDICT_WORDS } from '../verdict-words.ts';
import { countVerdicts, verdictOf } from '../verdict.ts';
import { RuleCard } from './rule-card.tsx';

/** Above so many failures, cards start folded: a page of three hundred open diagrams serves nobody. */
const OPEN_CARDS = 5;
/** Above so many lines of conversation, failures are drawn with less, or the page would take seconds to open. */
const BRIEF_FROM_LINES = 4000;

/** The rules by section, with a filter by verdict that needs no script. */
export function RuleList({ result }: { result: Result }): JSX.Element {
  const { rules } = result;
  const counts = countVerdicts(rules);
  const server = result.kind === 'client' ? 'simulator' : 'server';
  const open = new Set(rules.filter(({ failures }) => failures.length > 0).slice(0, OPEN_CARDS));
  const lines = rules
    .flatMap(({ failures }) => failures)
    .reduce((sum, { transcript }) => sum + transcript.length, 0);
  const brief = lines > BRIEF_FROM_LINES;
  return (
    <section class="rules" aria-labelledby="rules">
      <h2 id="rules">Rules</h2>
      <fieldset class="filter">
        <legend class="visually-hidden">Show rules by verdict</legend>
        <Chip id="all" label="All" count={rules.length} checked />
        {VERDICT_ORDER.map(
          (verdict) =>
            counts[verdict] > 0 && <Chip id={verdict} label={wordOf(verdict)} count={counts[verdict]} />,
        )}
      </fieldset>
      {sectionsOf(rules).map((section) => (
        <SectionView section={section} server={server} open={open} brief={brief} />
      ))}
    </section>
  );
}

function Chip(props: { id: Verdict | 'all'; label: string; count: number; checked?: boolean }): JSX.Element {
  const { id, label, count, checked = false } = props;
  return (
    <label class={`chip ${id}`}>
      <input type="radio" name="verdict" id={`show-${id}`} class="visually-hidden" checked={checked} />
      {id !== 'all' && <span aria-hidden="true">{VERDICT_WORDS[id].mark}</span>}
      {label} <b>{count}</b>
    </label>
  );
}

function SectionView(props: {
  section: Section;
  server: string;
  open: ReadonlySet<unknown>;
  brief: boolean;
}): JSX.Element {
  const { section, server, open, brief } = props;
  const verdicts = new Set(section.rules.map(verdictOf));
  return (
    <section class={`rule-section ${[...verdicts].map((verdict) => `has-${verdict}`).join(' ')}`}>
      <h3>{printableLine(section.name)}</h3>
      {section.rules.map((rule) => (
        <RuleCard rule={rule} server={server} open={open.has(rule)} brief={brief} />
      ))}
    </section>
  );
}

function wordOf(verdict: Verdict): string {
  const { word } = VERDICT_WORDS[verdict];
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The rules of style that make the filter work. */
export const FILTER_STYLE = VERDICT_ORDER.map(
  (verdict) =>
    `.rules:has(#show-${verdict}:checked) :is(.rule:not(.${verdict}),.rule-section:not(.has-${verdict})){display:none}`,
).join('\n');
