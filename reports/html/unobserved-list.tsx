import type { JSX } from 'preact';
import { printable, printableLine } from '../printable.ts';
import type { RuleResult } from '../result.ts';
import { VERDICT_WORDS } from '../verdict-words.ts';
import { verdictOf } from '../verdict.ts';
import { ruleAnchor } from './anchor.ts';

/** The rules without an answer, and what would give one. */
export function UnobservedList({ rules }: { rules: readonly RuleResult[] }): JSX.Element | null {
  const open = rules.filter((rule) =>
    ['not-observable', 'not-applicable', 'inconclusive'].includes(verdictOf(rule)),
  );
  if (open.length === 0) return null;
  return (
    <section aria-labelledby="unobserved">
      <h2 id="unobserved">What this run does not say</h2>
      <p class="lead">A rule that was not exercised does not count as one that holds.</p>
      <ul class="unobserved">
        {open.map((rule) => (
          <li class={verdictOf(rule)}>
            <span class="mark" aria-hidden="true">
              {VERDICT_WORDS[verdictOf(rule)].mark}
            </span>
            <div>
              <a href={`#${ruleAnchor(rule.id)}`}>
                {printableLine(rule.clause)} {printableLine(rule.title)}
              </a>{' '}
              <span class="quiet">{VERDICT_WORDS[verdictOf(rule)].word}</span>
              <p>{printable(rule.reason ?? 'No case put this rule to the test.')}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
