import type { JSX } from 'preact';
import { formatDuration } from '../duration.ts';
import { printable, printableLine } from '../printable.ts';
import type { Result } from '../result.ts';
import { verdictSentence } from '../sentence.ts';
import { VERDICT_ORDER, VERDICT_WORDS } from '../verdict-words.ts';
import { countVerdicts, overallVerdict } from '../verdict.ts';
import type { GateOptions, OverallVerdict } from '../verdict.ts';

const MARKS: Record<OverallVerdict, string> = {
  conforms: '✓',
  'does-not-conform': '✗',
  'nothing-exercised': '○',
  interrupted: '?',
  error: '!',
};

/** The verdict in one sentence, on whom it was passed, and what is known of the subject. */
export function VerdictHeader({ result, options }: { result: Result; options: GateOptions }): JSX.Element {
  const { subject, tool, startedAt, duration, seed } = result;
  const verdict = overallVerdict(result, options);
  const facts = {
    ...subject.facts,
    Run: `${startedAt.slice(0, 10)} ${startedAt.slice(11, 19)} UTC, ${formatDuration(duration)}`,
    ...(seed === undefined ? {} : { Seed: String(seed) }),
    Tool: `${tool.name} ${tool.version}`,
  };
  return (
    <header class={`verdict ${verdict}`}>
      <p class="kicker">DRISC conformance report</p>
      <div class="headline">
        <span class="seal" aria-hidden="true">
          {MARKS[verdict]}
        </span>
        <h1>{verdictSentence(result, options)}</h1>
      </div>
      <Proportions result={result} />
      <p class="subject">
        <span>{result.kind}</span> <code>{printableLine(subject.name)}</code>
      </p>
      <dl class="facts">
        {Object.entries(facts).map(([name, value]) => (
          <div>
            <dt>{printableLine(name)}</dt>
            <dd>{printable(value)}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

function Proportions({ result }: { result: Result }): JSX.Element {
  const counts = countVerdicts(result.rules);
  const order = VERDICT_ORDER.toReversed().filter((verdict) => counts[verdict] > 0);
  return (
    <div class="proportions" aria-hidden="true">
      {order.map((verdict) => (
        <span class={verdict} style={{ flexGrow: counts[verdict] }} title={VERDICT_WORDS[verdict].word} />
      ))}
    </div>
  );
}
