import type { ClientMutant } from './mutant.ts';
import { ReferenceClient } from './reference-client.ts';
import type { Line } from './reference-client.ts';

/** Clients that lose what they had, or attack the service to get it back. */
export const RECOVERY_MUTANTS: readonly ClientMutant[] = [
  {
    name: 'gives-up',
    fault: 'does not connect again after a loss',
    breaks: 'client/recovery/reconnects',
    client: class extends ReferenceClient {
      protected override reconnect() {}
    },
  },
  {
    name: 'another-path',
    fault: 'connects again to another path than it was given',
    breaks: 'client/recovery/same-endpoint',
    client: class extends ReferenceClient {
      protected override reconnect() {
        this.connect(String(this.endpoint).replace('?', 'again?'));
      }
    },
  },
  {
    name: 'trusts-1000',
    fault: 'takes a close with 1000 for the end',
    breaks: 'client/recovery/any-close-code',
    client: class extends ReferenceClient {
      protected override closed(line: Line, code: number, status?: number) {
        if (code === 1000 && line === this.line) {
          this.halt();
          this.leave();
        } else super.closed(line, code, status);
      }
    },
  },
  {
    name: 'fears-4xxx',
    fault: 'takes a close with a code of the application for the end',
    breaks: 'client/recovery/any-close-code',
    client: class extends ReferenceClient {
      protected override closed(line: Line, code: number, status?: number) {
        if (code >= 4000 && line === this.line) {
          this.halt();
          this.leave();
        } else super.closed(line, code, status);
      }
    },
  },
  {
    name: 'new-session-at-loss',
    fault: 'creates another session when its connection is lost',
    breaks: 'client/recovery/no-new-session',
    client: class extends ReferenceClient {
      protected override reconnect() {
        this.create();
      }
    },
  },
  {
    name: 'new-session-after-three-failures',
    fault: 'creates another session when three attempts to connect have failed',
    breaks: 'client/recovery/no-new-session',
    client: class extends ReferenceClient {
      protected override reconnect() {
        if (this.failures > 3) this.create();
        else super.reconnect();
      }
    },
  },
  {
    name: 'steady',
    fault: 'waits the same 1.2 seconds after each failure',
    breaks: 'client/recovery/backs-off',
    client: class extends ReferenceClient {
      protected override backOff() {
        return 1_200;
      }
    },
  },
  {
    name: 'storm',
    fault: 'tries again ten times a second',
    breaks: 'client/recovery/no-storm',
    client: class extends ReferenceClient {
      protected override backOff() {
        return 100;
      }
    },
  },
  {
    name: 'sleeps-in',
    fault: 'doubles its wait without an end',
    breaks: 'client/recovery/wait-bounded',
    client: class extends ReferenceClient {
      protected override backOff() {
        return 300 * 2 ** (this.failures - 1);
      }
    },
  },
  {
    name: 'two-lines',
    fault: 'opens a second connection when it has OK',
    breaks: 'client/recovery/one-connection',
    client: class extends ReferenceClient {
      #doubled = false;
      protected override ok(line: Line) {
        super.ok(line);
        const { endpoint } = this;
        if (this.#doubled || endpoint === undefined) return;
        this.#doubled = true;
        this.ports.connect(endpoint, { opened() {}, heard() {}, closed() {} });
      }
    },
  },
  {
    name: 'knocks-after-expired',
    fault: 'connects once more to an endpoint that has expired',
    breaks: 'client/recovery/forgets-expired',
    client: class extends ReferenceClient {
      protected override expired(line: Line) {
        const { endpoint } = this;
        this.halt();
        this.hangUp(line);
        this.ports.after(300, () => endpoint !== undefined && this.wanted && this.connect(endpoint));
        this.wanted = this.renewals === 0;
        this.renewals += 1;
      }
    },
  },
  {
    name: 'renews-for-ever',
    fault: 'creates one session after the other as each expires',
    breaks: 'client/recovery/bounded-renewal',
    client: class extends ReferenceClient {
      protected override renew() {
        this.ports.after(300, () => this.create());
      }
    },
  },
  {
    name: 'renews-for-ever-at-401',
    fault: 'creates one session after the other as each endpoint is refused with 401',
    breaks: 'client/recovery/bounded-renewal',
    client: class extends ReferenceClient {
      protected override closed(line: Line, code: number, status?: number) {
        if (status !== 401 || line !== this.line) return super.closed(line, code, status);
        this.halt();
        this.hangUp(line);
        this.forget();
        this.ports.after(300, () => this.create());
      }
    },
  },
  {
    name: 'knocks-after-401',
    fault: 'tries an endpoint again that was refused with 401',
    breaks: 'client/recovery/refused-upgrade',
    client: class extends ReferenceClient {
      protected override closed(line: Line, code: number) {
        super.closed(line, code);
      }
    },
  },
  {
    name: 'gives-up-at-403',
    fault: 'gives up when an upgrade is refused with 403',
    breaks: 'client/recovery/refusal-is-failure',
    client: class extends ReferenceClient {
      protected override closed(line: Line, code: number, status?: number) {
        if (status !== 403 || line !== this.line) return super.closed(line, code, status);
        this.halt();
        this.leave();
        this.refused('The session is refused.');
      }
    },
  },
  {
    name: 'new-session-at-404',
    fault: 'takes an upgrade refused with 404 for the end of the session and creates another',
    breaks: 'client/recovery/refusal-is-failure',
    client: class extends ReferenceClient {
      protected override closed(line: Line, code: number, status?: number) {
        if (status !== 404 || line !== this.line) return super.closed(line, code, status);
        this.halt();
        this.hangUp(line);
        this.forget();
        this.failures += 1;
        this.ports.after(this.backOff(), () => this.create());
      }
    },
  },
];
