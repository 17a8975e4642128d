import type { ClientMutant } from './mutant.ts';
import { ReferenceClient } from './reference-client.ts';
import type { Line } from './reference-client.ts';

type Body = Readonly<Record<string, unknown>>;

/** Clients that play when they may not, or do not when they may. */
export const GATE_MUTANTS: readonly ClientMutant[] = [
  {
    name: 'waits-to-be-asked',
    fault: 'says REQUESTED only when a PING comes',
    breaks: 'client/gate/requested-first',
    client: class extends ReferenceClient {
      protected override opened(line: Line) {
        line.open = true;
      }
    },
  },
  {
    name: 'pong-first',
    fault: 'says PONG before REQUESTED',
    breaks: 'client/gate/requested-first',
    client: class extends ReferenceClient {
      protected override opened(line: Line) {
        this.say(line, 'PONG');
        super.opened(line);
      }
    },
  },
  {
    name: 'silent-when-back',
    fault: 'says REQUESTED on its first connection only',
    breaks: 'client/gate/requested-first',
    client: class extends ReferenceClient {
      protected override opened(line: Line) {
        if (this.failures === 0) super.opened(line);
        else line.open = true;
      }
    },
  },
  {
    name: 'plays-on-grant',
    fault: 'plays as soon as the session is created',
    breaks: 'client/gate/no-play-before-ok',
    client: class extends ReferenceClient {
      protected override granted(endpoint: string) {
        this.play();
        super.granted(endpoint);
      }
    },
  },
  {
    name: 'plays-on-open',
    fault: 'plays as soon as its connection is open',
    breaks: 'client/gate/no-play-before-ok',
    client: class extends ReferenceClient {
      protected override opened(line: Line) {
        super.opened(line);
        this.play();
      }
    },
  },
  {
    name: 'plays-at-once',
    fault: 'plays as soon as the user presses play, and asks meanwhile',
    breaks: 'client/gate/no-play-before-ok',
    client: class extends ReferenceClient {
      protected override create() {
        this.play();
        super.create();
      }
    },
  },
  {
    name: 'impatient',
    fault: 'plays after two seconds without an OK',
    breaks: 'client/gate/no-play-before-ok',
    client: class extends ReferenceClient {
      protected override opened(line: Line) {
        super.opened(line);
        this.ports.after(2_000, () => line === this.line && this.wanted && this.play());
      }
    },
  },
  {
    name: 'plays-on-ping',
    fault: 'takes a PING for permission to play',
    breaks: 'client/gate/only-ok-starts',
    client: class extends ReferenceClient {
      protected override pinged(line: Line) {
        super.pinged(line);
        this.play();
      }
    },
  },
  {
    name: 'reads-ok-anyhow',
    fault: 'takes any message with the letters ok in it for OK',
    breaks: 'client/gate/only-ok-starts',
    client: class extends ReferenceClient {
      protected override unknown(line: Line, data: string) {
        if (/ok/i.test(data)) this.ok(line);
      }
    },
  },
  {
    name: 'fails-open',
    fault: 'plays when its request fails',
    breaks: 'client/gate/no-play-when-refused',
    client: class extends ReferenceClient {
      protected override refused(message: string) {
        super.refused(message);
        this.play();
      }
    },
  },
  {
    name: 'plays-on-5xx',
    fault: 'plays when the server answers with a 5xx status',
    breaks: 'client/gate/no-play-when-refused',
    client: class extends ReferenceClient {
      protected override answered(status: number, body: Body) {
        if (status >= 500) this.play();
        else super.answered(status, body);
      }
    },
  },
  {
    name: 'any-2xx',
    fault: 'takes a grant with status 201 for good',
    breaks: 'client/gate/grant-needs-200',
    client: class extends ReferenceClient {
      protected override isGrant(status: number, body: Body) {
        return super.isGrant(status === 201 ? 200 : status, body);
      }
    },
  },
  {
    name: 'guesses-an-endpoint',
    fault: 'connects to a URL of its own where the answer has none',
    breaks: 'client/gate/grant-needs-200',
    client: class extends ReferenceClient {
      protected override answered(status: number, body: Body) {
        if (status === 200 && body['endpoint'] === undefined && !this.isDisabled(status, body)) {
          this.granted(`${this.request?.baseUrl.replace('http', 'ws')}/connect?token=guess`);
        } else super.answered(status, body);
      }
    },
  },
  {
    name: 'plays-never',
    fault: 'never plays, and does everything else',
    breaks: 'client/gate/plays-on-ok',
    client: class extends ReferenceClient {
      protected override play() {}
    },
  },
  {
    name: 'stuck-when-disabled',
    fault: 'waits for ever when DRISC is disabled',
    breaks: 'client/gate/plays-when-disabled',
    client: class extends ReferenceClient {
      protected override disabled() {}
    },
  },
  {
    name: 'knows-one-disabled-shape',
    fault: 'understands enabled: false, and not status: disabled',
    breaks: 'client/gate/plays-when-disabled',
    client: class extends ReferenceClient {
      protected override isDisabled(status: number, body: Body) {
        return status === 200 && body['enabled'] === false;
      }
    },
  },
  {
    name: 'connects-when-disabled',
    fault: 'opens a connection although DRISC is disabled',
    breaks: 'client/gate/no-connection-when-disabled',
    client: class extends ReferenceClient {
      protected override disabled() {
        super.disabled();
        this.connect(`${this.request?.baseUrl.replace('http', 'ws')}/connect`);
      }
    },
  },
  {
    name: 'endpoint-before-disabled',
    fault: 'looks for an endpoint first, and connects to it also where the answer says disabled',
    breaks: 'client/gate/disabled-with-endpoint',
    client: class extends ReferenceClient {
      protected override isDisabled(status: number, body: Body) {
        return super.isDisabled(status, body) && body['endpoint'] === undefined;
      }
    },
  },
  {
    name: 'confused-by-disabled-with-endpoint',
    fault: 'takes an answer that says disabled and has an endpoint for an error',
    breaks: 'client/gate/disabled-with-endpoint',
    client: class extends ReferenceClient {
      protected override answered(status: number, body: Body) {
        if (this.isDisabled(status, body) && this.isGrant(status, body)) this.refused('It makes no sense.');
        else super.answered(status, body);
      }
    },
  },
  {
    name: 'ignores-take-over',
    fault: 'plays on after TAKE_OVER',
    breaks: 'client/gate/stops-on-take-over',
    client: class extends ReferenceClient {
      protected override takenOver(line: Line, by: unknown) {
        this.hangUp(line);
        this.forget();
        this.show({ event: 'taken-over', by: String(by) });
      }
    },
  },
  {
    name: 'stops-late-on-take-over',
    fault: 'plays two more seconds after TAKE_OVER',
    breaks: 'client/gate/stops-on-take-over',
    client: class extends ReferenceClient {
      protected override takenOver(line: Line, by: unknown) {
        this.hangUp(line);
        this.forget();
        this.show({ event: 'taken-over', by: String(by) });
        this.ports.after(2_000, () => this.halt());
      }
    },
  },
  {
    name: 'ignores-terminate',
    fault: 'plays on after TERMINATE',
    breaks: 'client/gate/stops-on-terminate',
    client: class extends ReferenceClient {
      protected override terminated(line: Line) {
        this.hangUp(line);
      }
    },
  },
  {
    name: 'ignores-expired',
    fault: 'plays on after EXPIRED',
    breaks: 'client/gate/stops-on-expired',
    client: class extends ReferenceClient {
      protected override expired(line: Line) {
        this.hangUp(line);
        this.forget();
      }
    },
  },
  {
    name: 'plays-offline',
    fault: 'plays on however long its connection is lost',
    breaks: 'client/gate/stops-when-lost',
    client: class extends ReferenceClient {
      protected override lost() {
        const { playing } = this;
        this.playing = false;
        super.lost();
        this.playing = playing;
      }
    },
  },
  {
    name: 'plays-offline-the-second-time',
    fault: 'keeps the grace time at its first loss only',
    breaks: 'client/gate/stops-when-lost',
    client: class extends ReferenceClient {
      protected override lost() {
        const { playing } = this;
        this.playing &&= this.failures === 0;
        super.lost();
        this.playing = playing;
      }
    },
  },
  {
    name: 'resumes-on-open',
    fault: 'plays again as soon as it is connected again',
    breaks: 'client/gate/resumes-after-ok',
    client: class extends ReferenceClient {
      protected override opened(line: Line) {
        super.opened(line);
        if (this.failures > 0) this.play();
      }
    },
  },
];
