import type { Simulator } from '../simulator/simulator.ts';
import { openLoopback } from './door.ts';
import type { Door } from './door.ts';

/**
 * A free port of the loopback; where an origin is named, no port at all: MSW, which is loaded then, leads to the simulator
 * what `fetch` and `WebSocket` of this process send there.
 */
export async function openMswDoor(simulator: Simulator, origin: string | undefined): Promise<Door> {
  if (origin === undefined) return openLoopback(simulator);
  const { setupServer } = await import('msw/node');
  const { createMswHandlers } = await import('../simulator/host/msw.ts');
  const server = setupServer(...createMswHandlers(simulator, { baseUrl: origin }));
  server.listen({ onUnhandledRequest: 'bypass' });
  return { url: new URL(origin).origin, close: async () => server.close() };
}
