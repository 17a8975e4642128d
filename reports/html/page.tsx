import type { JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { printable, printableLine } from '../printable.ts';
import type { Result } from '../result.ts';
import { verdictSentence } from '../sentence.ts';
import type { GateOptions } from '../verdict.ts';
import { AmbiguityTable } from './ambiguity-table.tsx';
import { BrokenList } from './broken-list.tsx';
import { GateList } from './gate-list.tsx';
import { Head } from './head.tsx';
import { FILTER_STYLE, RuleList } from './rule-list.tsx';
import { SCRIPT } from './script.ts';
import { Statechart } from './statechart.tsx';
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
      <Head
        title={`${printableLine(result.subject.name)} · DRISC conformance`}
        style={FILTER_STYLE}
        description={verdictSentence(result, options)}
      />
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
