import { readScenario } from '../format/read-scenario.ts';
import type { Scenario, Step } from '../scenario.ts';

/** What `given: app: is: playing` stands for. */
const OPENING = [
  { user: 'presses play' },
  { app: 'creates a session' },
  { app: 'connects' },
  { app: 'sends REQUESTED' },
  { app: 'receives OK' },
  { app: 'plays' },
];

/** The steps that are played: the usual opening where the scenario asks for it, and then its own. */
export function listPlayedSteps({ given, steps }: Scenario): readonly Step[] {
  return given.app.is === 'playing' ? [...readOpening(), ...steps] : steps;
}

function readOpening(): readonly Step[] {
  const reading = readScenario({ drisc: 1, title: 'opening', why: 'opening', steps: OPENING }, 'opening');
  if (!reading.ok) throw new Error(`the opening is wrong: ${JSON.stringify(reading.problems)}`);
  return reading.scenario.steps;
}
