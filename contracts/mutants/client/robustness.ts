import type { ClientMutant } from './mutant.ts';
import { ReferenceClient } from './reference-client.ts';
import type { Line } from './reference-client.ts';

type Body = Readonly<Record<string, unknown>>;

/** Clients that break at what they do not know. */
export const ROBUSTNESS_MUTANTS: readonly ClientMutant[] = [
  {
    name: 'stops-at-the-unknown',
    fault: 'stops playing at an unknown action',
    breaks: 'client/robustness/unknown-action',
    client: class extends ReferenceClient {
      protected override unknown(_line: Line, data: string) {
        if (/"action":"/.test(data)) this.halt();
      }
    },
  },
  {
    name: 'closes-at-the-malformed',
    fault: 'closes its connection at a message that is no JSON',
    breaks: 'client/robustness/malformed-message',
    client: class extends ReferenceClient {
      protected override unknown(line: Line, data: string) {
        if (!data.startsWith('{"action":"')) line.socket.close(1003);
      }
    },
  },
  {
    name: 'reads-binary',
    fault: 'reads binary frames as if they were text',
    breaks: 'client/robustness/binary-frame',
    client: class extends ReferenceClient {
      protected override heard(line: Line, data: string | Uint8Array) {
        super.heard(line, typeof data === 'string' ? data : Buffer.from(data).toString());
      }
    },
  },
  {
    name: 'strict-reader',
    fault: 'understands a PING only if it has no other members',
    breaks: 'client/robustness/unknown-members',
    client: class extends ReferenceClient {
      protected override heard(line: Line, data: string | Uint8Array) {
        if (!String(data).includes('"future"')) super.heard(line, data);
      }
    },
  },
  {
    name: 'strict-answers',
    fault: 'understands a grant only if it has no other members',
    breaks: 'client/robustness/unknown-members',
    client: class extends ReferenceClient {
      protected override isGrant(status: number, body: Body) {
        return super.isGrant(status, body) && Object.keys(body).length === 1;
      }
    },
  },
  {
    name: 'starts-anew-at-ok',
    fault: 'starts playback anew at a second OK',
    breaks: 'client/robustness/repeated-ok',
    client: class extends ReferenceClient {
      protected override ok(line: Line) {
        if (line.granted) this.halt();
        super.ok(line);
      }
    },
  },
  {
    name: 'requests-again-at-ok',
    fault: 'says REQUESTED again at a second OK',
    breaks: 'client/robustness/repeated-ok',
    client: class extends ReferenceClient {
      #again = false;
      protected override ok(line: Line) {
        if (line.granted && !this.#again) {
          this.#again = true;
          this.say(line, 'REQUESTED');
        }
        super.ok(line);
      }
    },
  },
  {
    name: 'needs-a-name',
    fault: 'ignores a TAKE_OVER that has no name',
    breaks: 'client/robustness/nameless-take-over',
    client: class extends ReferenceClient {
      protected override takenOver(line: Line, by: unknown) {
        if (by !== undefined) super.takenOver(line, by);
      }
    },
  },
  {
    name: 'listens-to-the-dead',
    fault: 'plays when OK comes on a connection that it has finished',
    breaks: 'client/robustness/given-up-connection',
    client: class extends ReferenceClient {
      protected override heard(line: Line, data: string | Uint8Array) {
        if (line !== this.line && String(data).includes('"OK"')) this.play();
        super.heard(line, data);
      }
    },
  },
  {
    name: 'chatty',
    fault: 'says HELLO after REQUESTED',
    breaks: 'client/robustness/speaks-cleanly',
    client: class extends ReferenceClient {
      protected override opened(line: Line) {
        super.opened(line);
        this.say(line, 'HELLO');
      }
    },
  },
  {
    name: 'lower-case',
    fault: 'says pong in lower case',
    breaks: 'client/robustness/speaks-cleanly',
    client: class extends ReferenceClient {
      protected override say(line: Line, action: string) {
        super.say(line, action === 'PONG' ? 'pong' : action);
      }
    },
  },
  {
    name: 'crashes-at-malformed',
    fault: 'ends when a message is not JSON',
    breaks: 'client/robustness/survives',
    client: class extends ReferenceClient {
      protected override unknown(_line: Line, data: string) {
        if (data === '{') this.ports.crash();
      }
    },
  },
];
