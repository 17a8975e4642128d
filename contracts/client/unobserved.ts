import type { RuleResult } from '../../reports/result.ts';
import type { AttachedClient } from '../subject/attached-client.ts';
import type { Outcome } from '../verdict.ts';
import type { Sight } from './monitor.ts';

const MISSING: Record<Sight, string> = {
  playback: 'Playback cannot be seen. Let the client write {"event":"playback"} (docs/driver-protocol.md).',
  limit:
    'What the user sees at the limit cannot be seen. Let the client write {"event":"limit"} (docs/driver-protocol.md).',
  'taken-over':
    'What the user is told cannot be seen. Let the client write {"event":"taken-over"} (docs/driver-protocol.md).',
  page: 'Only a page in a browser can be looked at for this: --page.',
  press:
    'When the user pressed play is not known to the second: it takes a client that drisc drives (docs/driver-protocol.md).',
  status: 'A browser does not tell a page with which status a connection was refused.',
};

const HINTS: Readonly<Record<string, string>> = {
  'client/finish/at-end':
    'The stream never came to its end: let the client obey {"do":"end"} and write {"event":"ended"}.',
  'client/recovery/wait-bounded':
    'It needs minutes of waiting: only a client on virtual time is judged by it.',
  'client/recovery/backs-off':
    'There were too few failed attempts in a row: fewer than three within 8 s. Nothing suggests a storm.',
};

/** Which rules a client cannot show without a function for what its user does. */
const LACKS = [
  ['client/persistence/', 'reload'],
  ['client/finish/at-end', 'end'],
  ['client/takeover/sends-choice', 'takeover'],
  ['client/takeover/connects-after-grant', 'takeover'],
  ['client/takeover/gives-up-when-refused', 'takeover'],
] as const;

/** Says why a rule was not put to the test, and what would do it. */
export function explainUnobserved(
  rule: string,
  needs: Sight | undefined,
  client: AttachedClient,
  played: boolean,
  outcomes: readonly Outcome[],
): Pick<RuleResult, 'verdict' | 'reason'> {
  if (needs && !client.sights.has(needs)) return { verdict: 'not-observable', reason: MISSING[needs] };
  const lacking = LACKS.find(([start, name]) => rule.startsWith(start) && client.lacks?.has(name));
  if (lacking) return { verdict: 'not-observable', reason: `The client has no ${lacking[1]}().` };
  const keeps = outcomes.some((outcome) => outcome.rule === 'client/persistence/resumes');
  if (client.driven && rule.startsWith('client/persistence/') && !keeps) {
    return { verdict: 'not-applicable', reason: 'The client keeps no endpoint over a reload.' };
  }
  if (needs === 'playback' && !played) {
    return { verdict: 'not-observable', reason: 'The client never played when OK came.' };
  }
  const hint = HINTS[rule];
  if (hint !== undefined) return { verdict: 'not-observable', reason: hint };
  const reason = client.driven
    ? 'No situation of this run put the client to it.'
    : 'It takes a client that can be told what its user does: see docs/driver-protocol.md.';
  return { verdict: 'not-observable', reason };
}
