import type { ClientMutant } from './mutant.ts';
import { ReferenceClient } from './reference-client.ts';
import type { Line } from './reference-client.ts';

/** Clients that do not come to an end. */
export const FINISH_MUTANTS: readonly ClientMutant[] = [
  {
    name: 'just-closes',
    fault: 'closes without FINISHED when the user stops',
    breaks: 'client/finish/at-stop',
    client: class extends ReferenceClient {
      protected override finish(line: Line) {
        this.leave();
        line.socket.close(1000);
      }
    },
  },
  {
    name: 'keeps-the-slot',
    fault: 'stops playing and keeps its connection when the user stops',
    breaks: 'client/finish/at-stop',
    client: class extends ReferenceClient {
      protected override finish() {}
    },
  },
  {
    name: 'silent-end',
    fault: 'sends no FINISHED when the stream comes to its end',
    breaks: 'client/finish/at-end',
    client: class extends ReferenceClient {
      protected override end() {
        this.show({ event: 'ended' });
        this.halt();
      }
    },
  },
  {
    name: 'reuses-the-endpoint',
    fault: 'connects to the finished endpoint when the user plays again',
    breaks: 'client/finish/new-session',
    client: class extends ReferenceClient {
      #last: string | undefined;
      protected override finish(line: Line) {
        this.#last = this.endpoint;
        super.finish(line);
      }
      protected override create() {
        if (this.#last === undefined) super.create();
        else this.follow(this.#last);
      }
    },
  },
  {
    name: 'plays-on-after-stop',
    fault: 'sends FINISHED and plays on',
    breaks: 'client/finish/no-play-after',
    client: class extends ReferenceClient {
      protected override stop() {
        const { playing } = this;
        this.playing = false;
        super.stop();
        this.playing = playing;
      }
    },
  },
  {
    name: 'last-pong',
    fault: 'answers a PING after FINISHED',
    breaks: 'client/finish/nothing-after',
    client: class extends ReferenceClient {
      protected override heard(line: Line, data: string | Uint8Array) {
        if (line !== this.line && String(data).includes('PING')) this.pinged(line);
        super.heard(line, data);
      }
    },
  },
  {
    name: 'finishes-twice',
    fault: 'sends FINISHED twice',
    breaks: 'client/finish/nothing-after',
    client: class extends ReferenceClient {
      protected override finish(line: Line) {
        this.say(line, 'FINISHED');
        super.finish(line);
      }
    },
  },
  {
    name: 'comes-back-after-finish',
    fault: 'takes the close after FINISHED for a loss',
    breaks: 'client/finish/no-return',
    client: class extends ReferenceClient {
      protected override finish(line: Line) {
        const { endpoint } = this;
        super.finish(line);
        this.ports.after(400, () => endpoint !== undefined && this.connect(endpoint));
      }
    },
  },
  {
    name: 'leaves-it-open',
    fault: 'leaves the connection open after FINISHED',
    breaks: 'client/finish/closes',
    client: class extends ReferenceClient {
      protected override finish(line: Line) {
        this.say(line, 'FINISHED');
        this.leave();
      }
    },
  },
  {
    name: 'keeps-the-endpoint-when-stopped-while-lost',
    fault: 'keeps the stored endpoint when the user stops while the connection is lost',
    breaks: 'client/finish/stop-while-lost',
    client: class extends ReferenceClient {
      protected override leave() {
        const { line, stored } = this;
        super.leave();
        if (!line?.open) this.stored = stored;
      }
    },
  },
  {
    name: 'haunts',
    fault: 'goes on reconnecting after the user has stopped',
    breaks: 'client/finish/stop-while-lost',
    client: class extends ReferenceClient {
      protected override stop() {
        const { endpoint, line } = this;
        super.stop();
        if (line) return;
        this.endpoint = endpoint;
        this.ports.after(900, () => this.reconnect());
      }
      protected override ok(line: Line) {
        if (this.wanted) super.ok(line);
      }
    },
  },
  {
    name: 'plays-after-leaving',
    fault: 'plays when OK comes although the user has stopped',
    breaks: 'client/finish/no-play-after-stop',
    client: class extends ReferenceClient {
      protected override ok(line: Line) {
        if (!this.wanted) this.play();
        super.ok(line);
      }
    },
  },
  {
    name: 'burns-late-grants',
    fault: 'keeps the slot when OK comes after the user has stopped',
    breaks: 'client/finish/frees-late-grant',
    client: class extends ReferenceClient {
      protected override ok(line: Line) {
        if (this.wanted) super.ok(line);
      }
    },
  },
];
