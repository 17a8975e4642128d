import type { Result } from '../../reports/result.ts';

/**
 * Whether a client that can show playback was ever seen to play. One that never does keeps every rule about stopping by
 * doing nothing, and a run that saw no playback says nothing of it.
 */
export function hasPlayed({ rules }: Result): boolean {
  const judged = rules.find(({ id }) => id === 'client/gate/plays-on-ok');
  const gate = rules.find(({ id }) => id === 'client/gate/no-play-before-ok');
  return judged?.verdict !== 'warn' || (gate !== undefined && gate.verdict !== 'not-observable');
}
