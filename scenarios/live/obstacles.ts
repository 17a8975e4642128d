import { formatDuration, parseDuration } from '../format/duration.ts';
import { USUAL_APP_NAME } from '../format/scenario-schema.ts';
import { listSayings } from '../list-sayings.ts';
import type { Scenario } from '../scenario.ts';

/** A person waits for a minute at most before they think that nothing happens, in milliseconds. */
const LONGEST_WAIT = 60_000;

/** Says why a scenario cannot be played for one customer of a simulator that others use; nothing where it can. */
export function findObstacle(scenario: Scenario, clock: 'real' | 'virtual'): string | undefined {
  const alone = `play it with a simulator of its own: drisc play ${scenario.name}`;
  const { token } = scenario.given.app;
  if (token !== 'valid') {
    return `the app has to be given a token that is ${TOKENS[token]}, and has one of its own; ${alone}`;
  }
  const sayings = listSayings(scenario.steps);
  if (sayings.some(({ kind, slots }) => kind === 'fault' && slots['fault'] === 'deploy')) {
    return `it takes the whole server down, for everybody (fault: deploy); ${alone}`;
  }
  const waits = countWaits(scenario);
  if (clock === 'virtual' || waits <= LONGEST_WAIT) return undefined;
  return `${formatDuration(waits)} go by in it, and this clock is the real one; start drisc serve --clock virtual and advance the clock`;
}

const TOKENS = {
  expired: 'expired',
  brief: 'about to expire',
  early: 'of a clock that is ahead',
  foreign: 'of an unknown publisher',
};

/** What whoever drives the app has to know beforehand. */
export function listNotes({ given, steps }: Scenario, clock: 'real' | 'virtual'): string[] {
  const { name, by } = given.app;
  const waits = countWaits({ steps });
  return [
    ...(name === USUAL_APP_NAME ? [] : [`the app’s session is meant to be called ${JSON.stringify(name)}`]),
    ...(by === 'tag' ? ['the app is meant to ask by tag, not by offer'] : []),
    ...(clock === 'virtual' ? ['time stands still: advance the clock where a step waits for time'] : []),
    ...(clock === 'real' && waits > 0 ? [`${formatDuration(waits)} of real time go by in its steps`] : []),
  ];
}

function countWaits({ steps }: Pick<Scenario, 'steps'>): number {
  return listSayings(steps)
    .filter(({ kind }) => kind === 'clock')
    .reduce((sum, { slots }) => sum + (parseDuration(slots['duration'] ?? '') ?? 0), 0);
}
