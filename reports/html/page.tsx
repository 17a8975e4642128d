import type { JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { printable, printableLine } from '../printable.ts';
import type { Result } from '../result.ts';
import { verdictSentence } from '../sentence.ts';
import type { GateOptions } from '../verdict.ts';
import { AmbiguityTable } from './ambiguity-table.tsx';
import { BrokenList } from './broken-list.tsx';
import { GateList } from './gate-list.tsx';
import { FILTER_STYLE, RuleList } from './rule-list.tsx';
import { CONTENT_SECURITY_POLICY, SCRIPT } from './script.ts';
import { Statechart } from './statechart.tsx';
import { STYLE } from './style.ts';
import { UnobservedList } from './unobserved-list.tsx';
import { VerdictHeader } from './verdict-header.tsx';

/** A run as one self-contained page: it makes no request, works from disk, and reads without its script. */
export function renderHtml(result: Result, options: GateOptions = {}): string {
  return `<!doctype html>\n${renderToStaticMarkup(<Page result={result} options={options} />)}\n`;
}

function Page({ result, options }: { result: Result; options: GateOptions }): JSX.Element {
  const { rules, ambiguities, coverage, notes, gate } = result;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={CONTENT_SECURITY_POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={verdictSentence(result, options)} />
        <title>{`${printableLine(result.subject.name)} · DRISC conformance`}</title>
        <link rel="icon" href="data:," />
        {/* Only constants of ours go in raw; whatever comes from a result is escaped. */}
        <style dangerouslySetInnerHTML={{ __html: `${STYLE}\n${FILTER_STYLE}` }} />
      </head>
      <body>
        <main>
          <VerdictHeader result={result} options={options} />
          <GateList {...(gate && { gate })} />
          <BrokenList rules={rules} />
          <RuleList result={result} />
          {coverage && <Statechart coverage={coverage} />}
          <AmbiguityTable ambiguities={ambiguities} />
          <UnobservedList rules={rules} />
          <Notes notes={notes} />
        </main>
        <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />
      </body>
    </html>
  );
}

function Notes({ notes }: { notes: readonly string[] }): JSX.Element | null {
  if (notes.length === 0) return null;
  return (
    <section aria-labelledby="notes">
      <h2 id="notes">Notes</h2>
      <ul class="notes">
        {notes.map((note) => (
          <li>{printable(note)}</li>
        ))}
      </ul>
    </section>
  );
}
