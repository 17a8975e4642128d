import type { StartCommand } from '../../../protocol/driver-protocol.ts';
import type { ClientMutant } from './mutant.ts';
import { ReferenceClient } from './reference-client.ts';
import type { Line } from './reference-client.ts';

type Body = Readonly<Record<string, unknown>>;

/** Clients that deal wrongly with the limit and with other devices. */
export const TAKEOVER_MUTANTS: readonly ClientMutant[] = [
  {
    name: 'limit-is-403',
    fault: 'takes only status 403 for the limit',
    breaks: 'client/takeover/recognises-limit',
    client: class extends ReferenceClient {
      protected override isLimit(status: number, body: Body) {
        return status === 403 && super.isLimit(status, body);
      }
    },
  },
  {
    name: 'limit-by-code-only',
    fault: 'recognises the limit by its code only',
    breaks: 'client/takeover/recognises-limit',
    client: class extends ReferenceClient {
      protected override isLimit(status: number, body: Body) {
        return status !== 200 && body['code'] === 'LimitExceeded';
      }
    },
  },
  {
    name: 'always-offers',
    fault: 'offers takeover whether or not it is enabled',
    breaks: 'client/takeover/offers-when-enabled',
    client: class extends ReferenceClient {
      protected override limited(body: Body) {
        const details = { ...(body['details'] as object), takeOverEnabled: true };
        super.limited({ ...body, details });
      }
    },
  },
  {
    name: 'shows-one-session',
    fault: 'shows only the first of the active sessions',
    breaks: 'client/takeover/shows-sessions',
    client: class extends ReferenceClient {
      protected override listed(activeSessions: unknown) {
        return super.listed(activeSessions).slice(0, 1);
      }
    },
  },
  {
    name: 'cuts-names',
    fault: 'cuts the names of sessions to 20 UTF-16 units',
    breaks: 'client/takeover/shows-sessions',
    client: class extends ReferenceClient {
      protected override listed(activeSessions: unknown) {
        return super
          .listed(activeSessions)
          .map((session) => ({ ...session, name: session.name.slice(0, 20) }));
      }
    },
  },
  {
    name: 'takes-over-by-itself',
    fault: 'takes the first session over without asking',
    breaks: 'client/takeover/asks-user',
    client: class extends ReferenceClient {
      protected override limited(body: Body) {
        super.limited(body);
        const [first] = this.listed((body['details'] as Body | undefined)?.['activeSessions']);
        if (first) this.takeOver(first.sessionId);
      }
    },
  },
  {
    name: 'takes-over-the-first',
    fault: 'takes the first session over, whichever was chosen',
    breaks: 'client/takeover/sends-choice',
    client: class extends ReferenceClient {
      #first = '';
      protected override limited(body: Body) {
        this.#first =
          this.listed((body['details'] as Body | undefined)?.['activeSessions'])[0]?.sessionId ?? '';
        super.limited(body);
      }
      protected override takeOver() {
        super.takeOver(this.#first);
      }
    },
  },
  {
    name: 'renames-at-takeover',
    fault: 'gives another name when it takes over',
    breaks: 'client/takeover/sends-choice',
    client: class extends ReferenceClient {
      protected override bodyOf(request: StartCommand) {
        return this.canTakeOver
          ? { ...super.bodyOf(request), sessionName: 'Takeover' }
          : super.bodyOf(request);
      }
    },
  },
  {
    name: 'takes-over-and-waits',
    fault: 'does not connect after a takeover',
    breaks: 'client/takeover/connects-after-grant',
    client: class extends ReferenceClient {
      protected override granted(endpoint: string) {
        if (!this.canTakeOver) super.granted(endpoint);
      }
    },
  },
  {
    name: 'plays-after-refused-takeover',
    fault: 'plays when the takeover is refused',
    breaks: 'client/takeover/gives-up-when-refused',
    client: class extends ReferenceClient {
      protected override refused(message: string) {
        super.refused(message);
        if (this.canTakeOver) this.play();
      }
    },
  },
  {
    name: 'back-after-take-over',
    fault: 'connects again after TAKE_OVER',
    breaks: 'client/takeover/victim-stays-away',
    client: class extends ReferenceClient {
      protected override takenOver(line: Line, by: unknown) {
        const { endpoint } = this;
        super.takenOver(line, by);
        this.ports.after(1_000, () => endpoint !== undefined && this.connect(endpoint));
      }
    },
  },
  {
    name: 'strikes-back',
    fault: 'creates a new session after TAKE_OVER',
    breaks: 'client/takeover/victim-stays-away',
    client: class extends ReferenceClient {
      protected override takenOver(line: Line, by: unknown) {
        super.takenOver(line, by);
        this.ports.after(1_000, () => this.create());
      }
    },
  },
  {
    name: 'back-after-terminate',
    fault: 'takes TERMINATE for a loss and connects again',
    breaks: 'client/takeover/terminated-stays-away',
    client: class extends ReferenceClient {
      protected override terminated(line: Line) {
        const { endpoint } = this;
        super.terminated(line);
        this.ports.after(1_000, () => endpoint !== undefined && this.connect(endpoint));
      }
    },
  },
  {
    name: 'tells-nobody',
    fault: 'does not say who took over',
    breaks: 'client/takeover/tells-who',
    client: class extends ReferenceClient {
      protected override takenOver(line: Line) {
        super.takenOver(line, '');
      }
    },
  },
];
