import type { ClientMutant } from './mutant.ts';
import { ReferenceClient } from './reference-client.ts';

/** Clients that do one thing, whatever happens. No contract that believes one of them is worth anything. */
export const CLIENT_LIARS: readonly Omit<ClientMutant, 'breaks'>[] = [
  {
    name: 'does-nothing',
    fault: 'does nothing, whatever its user does',
    client: class extends ReferenceClient {
      override obey() {}
    },
  },
  {
    name: 'never-connects',
    fault: 'asks for sessions, and connects to none',
    client: class extends ReferenceClient {
      protected override follow() {}
    },
  },
  {
    name: 'plays-always',
    fault: 'plays from the press on play on, and never stops',
    client: class extends ReferenceClient {
      protected override create() {
        this.play();
        super.create();
      }
      protected override halt() {}
    },
  },
  {
    name: 'plays-never',
    fault: 'does everything but play',
    client: class extends ReferenceClient {
      protected override play() {}
    },
  },
];
