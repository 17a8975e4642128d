import type { StartCommand } from '../../../protocol/driver-protocol.ts';
import type { ClientMutant } from './mutant.ts';
import { ReferenceClient } from './reference-client.ts';

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
      protected override opened(line: Parameters<ReferenceClient['opened']>[0]) {
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
];
