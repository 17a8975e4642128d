import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Rule } from '../protocol/rules/rule.ts';
import { route } from './control-client.ts';
import type { ControlClient } from './control-client.ts';

type ShownRule = Pick<Rule, 'id' | 'level' | 'title' | 'text' | 'clause' | 'why'>;

/** The rules that an entry bears on, each with its sentence behind it. */
export function EntryRules({ seq, client }: { seq: number; client: ControlClient }): JSX.Element {
  const [rules, setRules] = useState<readonly ShownRule[] | string>('…');
  useEffect(() => {
    let isShown = true;
    client.call<{ rules: ShownRule[] }>('GET', route`/journal/${String(seq)}/rules`).then(
      (answer) => isShown && setRules(answer.rules),
      (error: Error) => isShown && setRules(error.message),
    );
    return () => {
      isShown = false;
    };
  }, [seq, client]);
  if (typeof rules === 'string') return <p class="rules quiet">{rules}</p>;
  if (rules.length === 0) return <p class="rules quiet">No rule bears on this: nobody sent it.</p>;
  return (
    <ul class="rules" aria-label={`${rules.length} rules`}>
      {rules.map(({ id, level, title, text, clause, why }) => (
        <li key={id}>
          <details>
            <summary>
              <span class="level">{level}</span>
              <code>{id}</code>
              <span class="quiet">{title}</span>
            </summary>
            <p>
              {text} <span class="quiet">(PROTOCOL.md {clause})</span>
            </p>
            <p class="quiet">{why}</p>
          </details>
        </li>
      ))}
    </ul>
  );
}
