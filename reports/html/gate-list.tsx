import type { JSX } from 'preact';
import { printable } from '../printable.ts';
import type { Result } from '../result.ts';

/** Why the gate stays closed although no unexcused rule is broken. */
export function GateList({ gate }: Pick<Result, 'gate'>): JSX.Element | null {
  const problems = gate?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <section aria-labelledby="gate">
      <h2 id="gate">The gate stays closed</h2>
      <ul class="broken">
        {problems.map(({ kind, message }) => (
          <li class="fail">
            <span class="mark" aria-hidden="true">
              ✗
            </span>
            <div>
              <b>{kind}</b>
              <p>{printable(message)}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
