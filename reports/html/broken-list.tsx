import type { JSX } from 'preact';
import { printable, printableLine } from '../printable.ts';
import type { RuleResult } from '../result.ts';
import { VERDICT_WORDS } from '../verdict-words.ts';
import { verdictOf } from '../verdict.ts';
import { ruleAnchor } from './anchor.ts';

const SHOWN = 12;

/** What has to be fixed, in a line each, before any detail. */
export function BrokenList({ rules }: { rules: readonly RuleResult[] }): JSX.Element | null {
  const broken = (['fail', 'error', 'warn'] as const).flatMap((verdict) =>
    rules.filter((rule) => verdictOf(rule) === verdict),
  );
  if (broken.length === 0) return null;
  return (
    <section aria-labelledby="broken">
      <h2 id="broken">What to look at</h2>
      <ul class="broken">
        {broken.slice(0, SHOWN).map((rule) => (
          <li class={verdictOf(rule)}>
            <span class="mark" role="img" aria-label={VERDICT_WORDS[verdictOf(rule)].word}>
              {VERDICT_WORDS[verdictOf(rule)].mark}
            </span>
            <div>
              <a href={`#${ruleAnchor(rule.id)}`}>
                {printable(rule.failures[0]?.message ?? rule.reason ?? rule.title)}
              </a>
              <p class="quiet">
                {printableLine(rule.clause)} {printableLine(rule.title)}
              </p>
              <p>{printable(rule.why)}</p>
            </div>
          </li>
        ))}
      </ul>
      {broken.length > SHOWN && <p class="quiet">{broken.length - SHOWN} more are among the rules below.</p>}
    </section>
  );
}
