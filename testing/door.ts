import type { Simulator } from '../simulator/simulator.ts';

/** The way by which an app under test comes to the simulator. */
export interface Door {
  /** What the app takes for the base URL of the service. */
  readonly url: string;
  /** The proxy that leads a page's calls to an origin here; nothing where no origin was named. */
  readonly proxy?: string | undefined;
  close(): Promise<void>;
}

/** Opens the way; where an origin is named, what the app sends there comes to the simulator. */
export type OpenDoor = (simulator: Simulator, origin: string | undefined) => Promise<Door>;

/** A free port of the loopback. */
export async function openLoopback(simulator: Simulator): Promise<Door> {
  return { url: await simulator.listen(), close: async () => {} };
}
