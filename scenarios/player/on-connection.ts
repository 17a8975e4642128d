import type { OpenConnection } from '../../simulator/line.ts';
import { DONE, impossible } from './performed.ts';
import type { Performed, Scene } from './performed.ts';

/** Does something with the app's newest connection. */
export async function onConnection(
  { stage }: Scene,
  act: (open: OpenConnection) => void | Promise<void>,
): Promise<Performed> {
  const open = stage.simulator.runtime
    .connections(stage.customer)
    .findLast(({ device }) => device === undefined);
  if (!open) return impossible('the app is connected', 'it has no open connection');
  await act(open);
  return DONE;
}
