import type { StartCommand } from '../../../protocol/driver-protocol.ts';
import type { ClientMutant } from './mutant.ts';
import { ReferenceClient } from './reference-client.ts';
import type { Line } from './reference-client.ts';

/** Clients that store wrongly. */
export const PERSISTENCE_MUTANTS: readonly ClientMutant[] = [
  {
    name: 'resumes-and-creates',
    fault: 'asks for a new session as well when it resumes a stored one',
    breaks: 'client/persistence/resumes',
    client: class extends ReferenceClient {
      protected override resume() {
        super.resume();
        if (this.stored) this.create();
      }
      protected override granted(endpoint: string) {
        if (this.endpoint === undefined) super.granted(endpoint);
      }
    },
  },
  {
    name: 'keeps-finished-endpoints',
    fault: 'keeps the stored endpoint when the session has ended',
    breaks: 'client/persistence/forgets-ended',
    client: class extends ReferenceClient {
      protected override forget() {}
    },
  },
  {
    name: 'one-endpoint-for-all-offers',
    fault: 'uses a stored endpoint for any offer',
    breaks: 'client/persistence/only-for-same-playback',
    client: class extends ReferenceClient {
      protected override fits({ request }: { request: StartCommand }, other: StartCommand) {
        return request.token === other.token;
      }
    },
  },
  {
    name: 'one-endpoint-for-all-customers',
    fault: 'uses a stored endpoint for any customer',
    breaks: 'client/persistence/only-for-same-playback',
    client: class extends ReferenceClient {
      protected override fits({ request }: { request: StartCommand }, other: StartCommand) {
        return request.offerId === other.offerId;
      }
    },
  },
  {
    name: 'keeps-the-endpoint-of-a-victim',
    fault: 'keeps the stored endpoint after TAKE_OVER',
    breaks: 'client/persistence/forgets-ended',
    client: class extends ReferenceClient {
      protected override takenOver(line: Line, by: unknown) {
        const { stored } = this;
        super.takenOver(line, by);
        this.stored = stored;
      }
    },
  },
];
