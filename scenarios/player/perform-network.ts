import { CLIENT_ACTIONS } from '../../protocol/messages.ts';
import type { ClientAction, ServerAction } from '../../protocol/messages.ts';
import type { Fault } from '../../simulator/faults/fault-kinds.ts';
import type { PhraseOf } from '../format/phrases.ts';
import type { Saying } from '../scenario.ts';
import { onConnection } from './on-connection.ts';
import { DONE } from './performed.ts';
import type { Performed, Scene } from './performed.ts';
import { scopeOfApp } from './scope-of-app.ts';

/** Carries out what a step says of the network between the app and the server. */
export async function performNetwork({ template, slots, options }: Saying, scene: Scene): Promise<Performed> {
  const { faults, simulator } = scene.stage;
  const action = slots['frame'] as ClientAction | ServerAction;
  switch (template as PhraseOf<'network'>) {
    case 'loses {frame}':
      faults.add(loss(scene, action, options.times ?? 1));
      return DONE;
    case 'loses every {frame}':
      faults.add(loss(scene, action));
      return DONE;
    case 'loses everything from the app':
      faults.add({
        kind: 'half-open',
        name: 'network loses everything from the app',
        lost: 'in',
        ...nowOf(scene),
      });
      return DONE;
    case 'loses everything to the app':
      faults.add({
        kind: 'half-open',
        name: 'network loses everything to the app',
        lost: 'out',
        ...nowOf(scene),
      });
      return DONE;
    case 'cuts the connection':
      return onConnection(scene, ({ connection }) =>
        simulator.runtime.drop(connection.id, undefined, '', 'network cuts the connection'),
      );
    case 'recovers':
      faults.clear();
      return DONE;
  }
}

function loss(scene: Scene, action: ClientAction | ServerAction, times?: number): Fault {
  const direction = (CLIENT_ACTIONS as readonly string[]).includes(action) ? 'in' : 'out';
  const fault = {
    kind: 'lose-frame',
    name: `network loses ${action}`,
    direction,
    action,
    scope: scopeOfApp(scene),
  } as const;
  return times === undefined ? fault : { ...fault, times };
}

function nowOf(scene: Scene) {
  return { upon: 'now', scope: scopeOfApp(scene) } as const;
}
