import type { DriverCommand, DriverEvent } from '../../protocol/driver-protocol.ts';
import { driverCommandSchema } from '../../protocol/driver-protocol.ts';
import type { ClientSubject, SubjectEvent } from '../../scenarios/client-subject.ts';
import { DIRECT_URL, openDirect } from '../client/stage/direct-host.ts';
import { createVirtualPace } from '../client/virtual-pace.ts';
import type { ClientPorts } from '../mutants/client/client-ports.ts';
import type { AttachedClient } from './attached-client.ts';
import { DRIVEN_SIGHTS } from './driven-sights.ts';

/** A client in this process: it is told what its user does, and tells what the user sees by `show`. */
export type CreateDirectClient = (
  ports: ClientPorts,
  show: (event: DriverEvent) => void,
) => { obey(command: DriverCommand): void };

/** There is nothing to end: the client goes with its case. */
const close = async (): Promise<void> => {};

/** Attaches a client in this process that takes its connections and its time from the case: virtual time, no port. */
export function attachDirect(name: string, create: CreateDirectClient): AttachedClient {
  return {
    name,
    driven: true,
    sights: new Set(DRIVEN_SIGHTS),
    lanes: 1,
    virtual: true,
    createPace: createVirtualPace,
    async take({ stage, pace }) {
      const listeners = new Set<(event: SubjectEvent) => void>();
      const emit = (event: SubjectEvent): void => {
        for (const listener of listeners) listener(event);
      };
      const crash = (): void => emit({ event: 'exited', code: 1, signal: null });
      const client = create(openDirect(stage, pace, crash), emit);
      const subject: ClientSubject = {
        name,
        driven: true,
        async send(command, begin) {
          begin?.();
          client.obey(driverCommandSchema.parse(command));
          return true;
        },
        subscribe(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
        close,
        [Symbol.asyncDispose]: close,
      };
      return { subject, baseUrl: DIRECT_URL, log: () => [], release: close };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
