import type { JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import type { Change, ComparedRule, Comparison } from '../compare.ts';
import { CHANGE_HEADINGS, comparisonSentence } from '../comparison-text.ts';
import { printable, printableLine } from '../printable.ts';
import type { Verdict } from '../result.ts';
import { VERDICT_WORDS } from '../verdict-words.ts';
import { ruleAnchor } from './anchor.ts';
import { COMPARISON_STYLE } from './comparison-style.ts';
import { Head } from './head.tsx';

/** A comparison as one self-contained page: what changed from the first to the last, and all of them side by side. */
export function renderComparisonHtml(comparison: Comparison): string {
  return `<!doctype html>\n${renderToStaticMarkup(<Page comparison={comparison} />)}\n`;
}

function Page({ comparison }: { comparison: Comparison }): JSX.Element {
  const isWorse = comparison.rules.some(({ change }) => change === 'new');
  return (
    <html lang="en">
      <Head
        title={`${comparison.labels.map(printableLine).join(', ')} · DRISC comparison`}
        style={COMPARISON_STYLE}
        description={comparisonSentence(comparison)}
      />
      <body>
        <main>
          <header class={`verdict ${isWorse ? 'does-not-conform' : 'conforms'}`}>
            <p class="kicker">DRISC conformance, compared</p>
            <div class="headline">
              <span class="seal" aria-hidden="true">
                {isWorse ? '✗' : '✓'}
              </span>
              <h1>{comparisonSentence(comparison)}</h1>
            </div>
            <Labels labels={comparison.labels} />
          </header>
          {CHANGE_HEADINGS.map(([change, heading]) => (
            <Changes change={change} heading={heading} comparison={comparison} />
          ))}
          <Matrix comparison={comparison} />
          <Choices comparison={comparison} />
        </main>
      </body>
    </html>
  );
}

function Labels({ labels }: { labels: readonly string[] }): JSX.Element {
  return (
    <ol class="labels">
      {labels.map((label, index) => (
        <li>
          <b>{index + 1}</b> <code>{printable(label)}</code>
          {index === 0 && <span class="quiet"> changes are told from this one</span>}
          {index > 0 && index === labels.length - 1 && <span class="quiet"> to this one</span>}
        </li>
      ))}
    </ol>
  );
}

interface ChangesProps {
  change: Change;
  heading: string;
  comparison: Comparison;
}

function Changes({ change, heading, comparison }: ChangesProps): JSX.Element | null {
  const rules = comparison.rules.filter((rule) => rule.change === change);
  if (rules.length === 0) return null;
  return (
    <section aria-labelledby={change}>
      <h2 id={change}>{heading}</h2>
      <ul class="broken">
        {rules.map(({ id, clause, title, verdicts, message }) => (
          <li>
            <Cell verdict={verdicts.at(-1)} />
            <div>
              <a href={`#${ruleAnchor(id)}`}>{printable(message ?? title)}</a>
              <p class="quiet">
                {printable(clause)} {printable(title)} · <code>{printable(id)}</code>
              </p>
              <p>
                {wordOf(verdicts[0])} → {wordOf(verdicts.at(-1))}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Matrix({ comparison: { labels, rules } }: { comparison: Comparison }): JSX.Element {
  return (
    <section aria-labelledby="matrix">
      <h2 id="matrix">Every rule</h2>
      <p class="lead">
        {Object.values(VERDICT_WORDS)
          .map(({ mark, word }) => `${mark} ${word}`)
          .join(' · ')}
      </p>
      <div class="scroll" tabindex={0} role="group" aria-label="Every rule, scrolls sideways">
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">Rule</th>
              {labels.map((label, index) => (
                <th scope="col" title={printableLine(label)}>
                  <span class="number">{index + 1}</span>{' '}
                  <span class="label">{printable(shorten(label))}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <MatrixRow rule={rule} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function MatrixRow({ rule: { id, clause, title, change, verdicts } }: { rule: ComparedRule }): JSX.Element {
  return (
    <tr id={ruleAnchor(id)} class={change}>
      <th scope="row">
        <span class="clause">{printable(clause)}</span> {printable(title)}
        <code>{printable(id)}</code>
      </th>
      {verdicts.map((verdict) => (
        <td>
          <Cell verdict={verdict} />
        </td>
      ))}
    </tr>
  );
}

function Choices({ comparison: { labels, ambiguities } }: { comparison: Comparison }): JSX.Element | null {
  if (ambiguities.length === 0) return null;
  return (
    <section aria-labelledby="choices">
      <h2 id="choices">Where the documents leave a choice</h2>
      <p class="lead">No verdict hangs on these. Marked are those on which the implementations differ.</p>
      <div class="scroll" tabindex={0} role="group" aria-label="Ambiguities, scrolls sideways">
        <table>
          <thead>
            <tr>
              <th scope="col">Question</th>
              {labels.map((label) => (
                <th scope="col">{printable(shorten(label))}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ambiguities.map(({ id, question, observed }) => (
              <tr class={new Set(observed.filter((text) => text !== undefined)).size > 1 ? 'differs' : ''}>
                <th scope="row" class="question">
                  <span class="clause">{printable(id)}</span> {printable(question)}
                </th>
                {observed.map((text) => (
                  <td>{text === undefined ? <span class="quiet">not seen</span> : printable(text)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell({ verdict }: { verdict: Verdict | undefined }): JSX.Element {
  if (verdict === undefined) return <span class="quiet">no such rule</span>;
  const { mark, word } = VERDICT_WORDS[verdict];
  return (
    <>
      <span class={`mark ${verdict}`} aria-hidden="true">
        {mark}
      </span>
      <span class="visually-hidden">{word}</span>
    </>
  );
}

function wordOf(verdict: Verdict | undefined): string {
  return verdict ? VERDICT_WORDS[verdict].word : 'no such rule';
}

/** A file's name without its folders: the whole stands at the top. */
function shorten(label: string): string {
  return label.split(/[\\/]/).findLast((part) => part !== '') ?? label;
}
