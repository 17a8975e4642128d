import type { JSX } from 'preact';
import { printable } from '../printable.ts';
import type { Ambiguity } from '../result.ts';

/** What the subject does where the documents leave a choice; no verdict hangs on it. */
export function AmbiguityTable({ ambiguities }: { ambiguities: readonly Ambiguity[] }): JSX.Element | null {
  if (ambiguities.length === 0) return null;
  return (
    <section aria-labelledby="ambiguities">
      <h2 id="ambiguities">Where the documents leave a choice</h2>
      <p class="lead">
        No verdict hangs on these. Another implementation may do otherwise, so do not build on them.
      </p>
      <div class="scroll" tabindex={0} role="group" aria-label="Ambiguities, scrolls sideways">
        <table>
          <thead>
            <tr>
              <th scope="col">Entry</th>
              <th scope="col">Question</th>
              <th scope="col">This subject</th>
            </tr>
          </thead>
          <tbody>
            {ambiguities.map(({ id, question, observed }) => (
              <tr>
                <th scope="row">{printable(id)}</th>
                <td>{printable(question)}</td>
                <td>{observed === undefined ? <span class="quiet">not seen</span> : printable(observed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
