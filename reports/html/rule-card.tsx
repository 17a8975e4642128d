import type { JSX } from 'preact';
import { formatDuration } from '../duration.ts';
import { printable, printableLine } from '../printable.ts';
import type { RuleResult } from '../result.ts';
import { MARK_WORDS, VERDICT_WORDS } from '../verdict-words.ts';
import { verdictOf } from '../verdict.ts';
import { ruleAnchor } from './anchor.ts';
import { FailureView } from './failure-view.tsx';
import { safeUrl } from './safe-url.ts';

interface RuleCardProps {
  rule: RuleResult;
  server: string;
  /** Whether the card shows its inside at once. */
  open: boolean;
  /** Whether the page holds so many failures that each has to be drawn with less. */
  brief: boolean;
}

/** A rule with its verdict, and inside it the requirement, where it comes from, and each failure. */
export function RuleCard({ rule, server, open, brief }: RuleCardProps): JSX.Element {
  const verdict = verdictOf(rule);
  return (
    <details class={`rule ${verdict}`} id={ruleAnchor(rule.id)} open={open}>
      <RuleSummary rule={rule} />
      <div class="inside">
        <blockquote>{printable(rule.text)}</blockquote>
        {rule.reason !== undefined && (
          <p class="reason">
            <strong>{VERDICT_WORDS[verdict].word}</strong> {printable(rule.reason)}
          </p>
        )}
        {rule.known && <Excuse known={rule.known} />}
        <Provenance rule={rule} />
        {rule.failures.length === 0 && <p class="quiet">Why it matters: {printable(rule.why)}</p>}
        {rule.failures.map((failure) => (
          <FailureView failure={failure} why={rule.why} server={server} brief={brief} />
        ))}
      </div>
    </details>
  );
}

function RuleSummary({ rule }: { rule: RuleResult }): JSX.Element {
  const { mark, word } = VERDICT_WORDS[verdictOf(rule)];
  const provenance = MARK_WORDS[rule.mark];
  return (
    <summary>
      <span class="mark" role="img" aria-label={word} title={word}>
        {mark}
      </span>
      <span class="clause">{printableLine(rule.clause)}</span>
      <span class="title">{printableLine(rule.title)}</span>
      <span class="meta">
        {rule.known && <span class="excuse">known failure</span>}
        {rule.scored === false && <span class="excuse">not scored</span>}
        <span class="level">{rule.level}</span>
        <span class={`provenance mark-${rule.mark}`} title={provenance.meaning}>
          {provenance.word}
        </span>
        <span class="effort">{effortOf(rule)}</span>
      </span>
    </summary>
  );
}

function Excuse({ known }: { known: NonNullable<RuleResult['known']> }): JSX.Element {
  const href = safeUrl(known.link);
  return (
    <p class="reason">
      <strong>known failure</strong> {printable(known.reason)}
      {known.expires !== undefined && ` Excused until ${printableLine(known.expires)}.`}
      {href !== undefined && (
        <>
          {' '}
          <a href={href}>{printableLine(href)}</a>
        </>
      )}
    </p>
  );
}

function Provenance({ rule }: { rule: RuleResult }): JSX.Element {
  return (
    <p class="quiet">
      <code>{printableLine(rule.id)}</code>
      {' · '}
      {MARK_WORDS[rule.mark].meaning}
      {rule.sources.map(({ name, url }) => {
        const href = safeUrl(url);
        const text = printableLine(name);
        return <> {href === undefined ? text : <a href={href}>{text}</a>}</>;
      })}
      <span class="effort-inside">{` · ${effortOf(rule)}`}</span>
    </p>
  );
}

function effortOf({ exercised, duration }: RuleResult): string {
  return exercised > 0 ? `×${exercised} · ${formatDuration(duration)}` : 'not exercised';
}
