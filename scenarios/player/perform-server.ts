import type { PoolInput } from '../../protocol/model/pool.ts';
import type { PhraseOf } from '../format/phrases.ts';
import type { Saying, StepOptions } from '../scenario.ts';
import { onConnection } from './on-connection.ts';
import { impossible, DONE } from './performed.ts';
import type { Performed, Scene } from './performed.ts';

/** How frames are marked that the protocol did not ask for. */
const INJECTED = 'scenario';

/** Carries out what a step says of the server, or of the publisher behind it. */
export async function performServer({ template, slots, options }: Saying, scene: Scene): Promise<Performed> {
  const { simulator, customer } = scene.stage;
  const { terms } = simulator;
  switch (template as PhraseOf<'server'>) {
    case 'sends PING':
      return dispatch(scene, (session) => ({ type: 'ping', session }));
    case "expires the app's session":
      return dispatch(scene, (session) => ({ type: 'expire', session }));
    case "terminates the app's session":
      return dispatch(scene, (session) => ({ type: 'terminate', session }));
    case 'sends {reply}':
      return onConnection(scene, ({ connection }) => {
        const action = slots['reply'];
        // Only TAKE_OVER bears a name, and a client has to take it without one as well (5.53).
        simulator.runtime.send(connection.id, JSON.stringify({ action }), INJECTED);
      });
    case 'sends a frame':
      return onConnection(scene, ({ connection }) =>
        simulator.runtime.send(connection.id, frameOf(options), INJECTED),
      );
    case 'closes the connection with {code}':
      return onConnection(scene, ({ connection }) =>
        simulator.runtime.drop(connection.id, Number(slots['code']), '', INJECTED),
      );
    case 'turns DRISC {switch}':
      terms.change(customer, { enabled: slots['switch'] === 'on' });
      return DONE;
    case 'turns takeover {switch}':
      terms.change(customer, { takeover: slots['switch'] === 'on' });
      return DONE;
    case 'sets the limit to {number}':
      terms.change(customer, { limit: Number(slots['number']) });
      return DONE;
    case 'changes settings':
      terms.change(customer, { settings: options.settings });
      return DONE;
  }
}

async function dispatch(
  { stage, world }: Scene,
  inputFor: (session: string) => PoolInput,
): Promise<Performed> {
  const session = world.sessionOf('app');
  if (session === undefined) return impossible('the app has a session', 'it was never granted one');
  const { simulator, customer, offerId } = stage;
  await simulator.runtime.dispatch({ ...customer, offerId }, inputFor(session));
  return DONE;
}

function frameOf({ text, base64, size }: StepOptions): string | Uint8Array {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return text ?? 'x'.repeat(size ?? 0);
}
