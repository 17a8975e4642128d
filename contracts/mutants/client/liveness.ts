import type { ClientMutant } from './mutant.ts';
import { ReferenceClient } from './reference-client.ts';
import type { Line } from './reference-client.ts';

/** Clients that do not show that they are there, or show too much. */
export const LIVENESS_MUTANTS: readonly ClientMutant[] = [
  {
    name: 'mute',
    fault: 'answers no PING',
    breaks: 'client/liveness/answers-ping',
    client: class extends ReferenceClient {
      protected override pinged() {}
    },
  },
  {
    name: 'answers-first-ping-only',
    fault: 'answers the first PING of each connection, and no other',
    breaks: 'client/liveness/answers-ping',
    client: class extends ReferenceClient {
      readonly #answered = new WeakSet<Line>();
      protected override pinged(line: Line) {
        if (!this.#answered.has(line)) super.pinged(line);
        this.#answered.add(line);
      }
    },
  },
  {
    name: 'one-pong-for-a-burst',
    fault: 'answers several PINGs of one moment with one PONG',
    breaks: 'client/liveness/answers-ping',
    client: class extends ReferenceClient {
      #due = false;
      protected override pinged(line: Line) {
        if (this.#due) return;
        this.#due = true;
        this.ports.after(20, () => {
          this.#due = false;
          super.pinged(line);
        });
      }
    },
  },
  {
    name: 'mute-after-a-loss',
    fault: 'answers PING on its first connection only',
    breaks: 'client/liveness/answers-ping',
    client: class extends ReferenceClient {
      protected override pinged(line: Line) {
        if (this.failures === 0) super.pinged(line);
      }
    },
  },
  {
    name: 'mute-while-waiting',
    fault: 'answers no PING until it plays',
    breaks: 'client/liveness/answers-while-waiting',
    client: class extends ReferenceClient {
      protected override pinged(line: Line) {
        if (this.playing) super.pinged(line);
      }
    },
  },
  {
    name: 'late-pong',
    fault: 'answers PING after 5.5 seconds',
    breaks: 'client/liveness/answers-in-time',
    client: class extends ReferenceClient {
      protected override pinged(line: Line) {
        this.ports.after(5_500, () => line === this.line && this.say(line, 'PONG'));
      }
    },
  },
  {
    name: 'slow-pong',
    fault: 'answers PING after 2 seconds',
    breaks: 'client/liveness/answers-at-once',
    client: class extends ReferenceClient {
      protected override pinged(line: Line) {
        this.ports.after(2_000, () => line === this.line && this.say(line, 'PONG'));
      }
    },
  },
  {
    name: 'two-pongs',
    fault: 'answers each PING twice',
    breaks: 'client/liveness/no-unasked-pong',
    client: class extends ReferenceClient {
      protected override pinged(line: Line) {
        super.pinged(line);
        super.pinged(line);
      }
    },
  },
  {
    name: 'leaks-listeners',
    fault: 'answers once more after each loss, with a listener that it forgot to take off',
    breaks: 'client/liveness/no-unasked-pong',
    client: class extends ReferenceClient {
      protected override pinged(line: Line) {
        for (let listeners = 0; listeners <= this.failures; listeners += 1) super.pinged(line);
      }
    },
  },
  {
    name: 'heartbeat',
    fault: 'sends PONG every half second, asked or not',
    breaks: 'client/liveness/no-unasked-pong',
    client: class extends ReferenceClient {
      protected override ok(line: Line) {
        super.ok(line);
        this.beat(line);
      }
      protected beat(line: Line): void {
        this.ports.after(500, () => {
          if (line !== this.line) return;
          this.say(line, 'PONG');
          this.beat(line);
        });
      }
    },
  },
  {
    name: 'hangs-up-after-ok',
    fault: 'closes its connection once it has OK',
    breaks: 'client/liveness/keeps-connection',
    client: class extends ReferenceClient {
      protected override ok(line: Line) {
        super.ok(line);
        this.line = undefined;
        line.socket.close(1000);
      }
    },
  },
  {
    name: 'finishes-on-ping',
    fault: 'sends FINISHED in answer to a second PING',
    breaks: 'client/liveness/no-finished-without-cause',
    client: class extends ReferenceClient {
      #pings = 0;
      protected override pinged(line: Line) {
        super.pinged(line);
        this.#pings += 1;
        if (this.#pings === 2) this.say(line, 'FINISHED');
      }
    },
  },
  {
    name: 'finishes-at-loss',
    fault: 'sends FINISHED as soon as it is connected again',
    breaks: 'client/liveness/no-finished-without-cause',
    client: class extends ReferenceClient {
      protected override ok(line: Line) {
        if (this.failures > 0) this.say(line, 'FINISHED');
        super.ok(line);
      }
    },
  },
];
