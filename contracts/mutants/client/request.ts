import type { StartCommand } from '../../../protocol/driver-protocol.ts';
import type { ClientMutant } from './mutant.ts';
import { ReferenceClient } from './reference-client.ts';
import type { Line } from './reference-client.ts';

/** Clients that ask wrongly. */
export const REQUEST_MUTANTS: readonly ClientMutant[] = [
  {
    name: 'bare-token',
    fault: 'sends the token without the word Bearer',
    breaks: 'client/request/bearer-token',
    client: class extends ReferenceClient {
      protected override headersOf({ token }: StartCommand) {
        return { authorization: token };
      }
    },
  },
  {
    name: 'token-in-query',
    fault: "puts the customer's token into the URL of its requests as well",
    breaks: 'client/request/token-not-in-url',
    client: class extends ReferenceClient {
      protected override urlOf(request: StartCommand, path: string) {
        return `${super.urlOf(request, path)}?token=${request.token}`;
      }
    },
  },
  {
    name: 'token-in-websocket-url',
    fault: "adds the customer's token to the endpoint",
    breaks: 'client/request/token-not-in-url',
    client: class extends ReferenceClient {
      protected override connect(endpoint: string) {
        super.connect(`${endpoint}&jwt=${this.request?.token}`);
      }
    },
  },
  {
    name: 'singular-path',
    fault: 'posts to /session',
    breaks: 'client/request/post-json',
    client: class extends ReferenceClient {
      protected override urlOf({ baseUrl }: StartCommand, path: string) {
        return baseUrl + path.replace('/sessions', '/session');
      }
    },
  },
  {
    name: 'offer-and-tag',
    fault: 'names an offer and a tag at once',
    breaks: 'client/request/offer-or-tag',
    client: class extends ReferenceClient {
      protected override bodyOf(request: StartCommand) {
        return {
          ...super.bodyOf(request),
          offerId: request.offerId ?? 'S100_US',
          tag: request.tag ?? 'live',
        };
      }
    },
  },
  {
    name: 'always-the-same-tag',
    fault: 'asks by the tag vod, whatever the user wants',
    breaks: 'client/request/offer-or-tag',
    client: class extends ReferenceClient {
      protected override bodyOf(request: StartCommand) {
        return { sessionName: super.bodyOf(request)['sessionName'], tag: 'vod' };
      }
    },
  },
  {
    name: 'whole-title',
    fault: 'sends a title of any length',
    breaks: 'client/request/name-length',
    client: class extends ReferenceClient {
      protected override shorten(name: string) {
        return name;
      }
    },
  },
  {
    name: 'nameless',
    fault: 'gives its sessions no name',
    breaks: 'client/request/name-given',
    client: class extends ReferenceClient {
      protected override bodyOf(request: StartCommand) {
        const { sessionName: _, ...rest } = super.bodyOf(request);
        return rest;
      }
    },
  },
  {
    name: 'normalised-endpoint',
    fault: 'writes the endpoint anew before it connects',
    breaks: 'client/request/endpoint-verbatim',
    client: class extends ReferenceClient {
      protected override connect(endpoint: string) {
        const url = new URL(endpoint);
        url.search = String(new URLSearchParams(url.search));
        super.connect(url.href);
      }
    },
  },
  {
    name: 'built-endpoint',
    fault: "builds the WebSocket's URL from the base URL and the token",
    breaks: 'client/request/endpoint-verbatim',
    client: class extends ReferenceClient {
      protected override connect(endpoint: string) {
        const { host, searchParams } = new URL(endpoint);
        super.connect(`ws://${host}/connect?token=${searchParams.get('token')}`);
      }
    },
  },
  {
    name: 'never-connects',
    fault: 'creates a session and leaves it at that',
    breaks: 'client/request/connects-when-granted',
    client: class extends ReferenceClient {
      protected override follow() {}
    },
  },
  {
    name: 'asks-twice',
    fault: 'asks for a second session as soon as it has one',
    breaks: 'client/request/one-session',
    client: class extends ReferenceClient {
      #asked = false;
      protected override opened(line: Line) {
        super.opened(line);
        if (!this.#asked) this.create();
        this.#asked = true;
      }
      protected override granted(endpoint: string) {
        if (this.endpoint === undefined) super.granted(endpoint);
      }
    },
  },
  {
    name: 'insists-after-401',
    fault: 'repeats a request with the token that was refused',
    breaks: 'client/request/no-repeat-after-401',
    client: class extends ReferenceClient {
      #repeated = false;
      protected override answered(status: number, body: Readonly<Record<string, unknown>>) {
        if (status !== 401 || this.#repeated) return super.answered(status, body);
        this.#repeated = true;
        this.ports.after(200, () => this.create());
      }
    },
  },
  {
    name: 'sulks-after-an-error',
    fault: 'does nothing on a press on play that follows an error',
    breaks: 'client/request/asks-on-play',
    client: class extends ReferenceClient {
      #failed = false;
      protected override refused(message: string) {
        super.refused(message);
        this.#failed = true;
      }
      protected override start(request: StartCommand) {
        if (!this.#failed) super.start(request);
      }
    },
  },
  {
    name: 'sulks-after-take-over',
    fault: 'does nothing on a press on play that follows TAKE_OVER',
    breaks: 'client/request/asks-on-play',
    client: class extends ReferenceClient {
      #lost = false;
      protected override takenOver(line: Line, by: unknown) {
        super.takenOver(line, by);
        this.#lost = true;
      }
      protected override start(request: StartCommand) {
        if (!this.#lost) super.start(request);
      }
    },
  },
  {
    name: 'asks-again-once',
    fault: 'sends its request once more when the connection breaks before an answer',
    breaks: 'client/request/no-blind-repeat',
    client: class extends ReferenceClient {
      #repeated = false;
      protected override refused(message: string) {
        if (this.#repeated || !message.startsWith('no answer')) return super.refused(message);
        this.#repeated = true;
        this.ports.after(300, () => this.create());
      }
    },
  },
  {
    name: 'asks-again-after-10-s',
    fault: 'sends its request once more when 10 s have brought no answer',
    breaks: 'client/request/no-blind-repeat',
    client: class extends ReferenceClient {
      #answered = false;
      protected override create() {
        this.#answered = false;
        super.create();
        this.ports.after(10_000, () => this.wanted && !this.#answered && super.create());
      }
      protected override answered(status: number, body: Readonly<Record<string, unknown>>) {
        this.#answered = true;
        super.answered(status, body);
      }
      protected override refused(message: string) {
        this.#answered = true;
        super.refused(message);
      }
    },
  },
  {
    name: 'asks-for-ever',
    fault: 'sends its request again and again until there is an answer',
    breaks: 'client/request/bounded-repeats',
    client: class extends ReferenceClient {
      protected override refused(message: string) {
        if (message.startsWith('no answer')) this.ports.after(1_200, () => this.wanted && this.create());
        else super.refused(message);
      }
    },
  },
  {
    name: 'keeps-every-grant',
    fault: 'asks again after 3 s, and holds both sessions when both answers come',
    breaks: 'client/request/one-of-several-grants',
    client: class extends ReferenceClient {
      protected override create() {
        super.create();
        this.ports.after(3_000, () => this.wanted && this.endpoint === undefined && super.create());
      }
      protected override granted(endpoint: string) {
        if (this.endpoint === undefined) return super.granted(endpoint);
        const socket = this.ports.connect(endpoint, {
          opened: () => socket.send('{"action":"REQUESTED"}'),
          heard: (data) => String(data).includes('PING') && socket.send('{"action":"PONG"}'),
          closed() {},
        });
      }
    },
  },
];
