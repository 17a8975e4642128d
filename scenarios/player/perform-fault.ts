import { FAULT_KINDS } from '../../simulator/faults/fault-kinds.ts';
import type { Fault, FaultKindName } from '../../simulator/faults/fault-kinds.ts';
import type { Saying } from '../scenario.ts';
import { DONE } from './performed.ts';
import type { Performed, Scene } from './performed.ts';
import { scopeOfApp } from './scope-of-app.ts';

/** Begins a fault of the simulator, for the app unless it says for whom. */
export async function performFault({ slots, options }: Saying, scene: Scene): Promise<Performed> {
  const kind = slots['fault'] as FaultKindName;
  const { scope, ...parameters } = options.with ?? {};
  // A request bears no session yet.
  const ofApp = FAULT_KINDS[kind].family === 'http' ? scene.stage.customer : scopeOfApp(scene);
  const { simulator, faults } = scene.stage;
  faults.add({ ...parameters, kind, scope: { ...ofApp, ...(scope as object) } } as Fault);
  // A deploy takes its downtime; everything else that happens at once has happened then.
  if (kind !== 'deploy') await simulator.settled();
  return DONE;
}
