import type { DriverCommand } from '../../../protocol/driver-protocol.ts';
import type { ClientSubject } from '../../../scenarios/client-subject.ts';
import type { Recorder } from '../../trace/recorder.ts';
import type { TraceEvent } from '../../trace/trace.ts';
import type { Awaitable } from '../../client/situation.ts';
import type { Person, Reply } from './person.ts';

/** What a device in one case works with. */
export interface DeviceCaseParts {
  readonly recorder: Recorder;
  readonly person: Person;
  /** The person wants to end the whole run. */
  readonly onQuit: () => void;
}

/**
 * A device in one case, with the person before it for hands and eyes. What the person does counts from the moment at
 * which the wire shows it, and what the person sees from the moment of what brought it about: nobody reads a question
 * within a second.
 */
export class DeviceCase implements ClientSubject {
  readonly name = 'device';
  readonly driven = true;
  readonly #recorder: Recorder;
  readonly #person: Person;
  readonly #onQuit: () => void;
  #left = false;
  #isPlaying = false;

  constructor({ recorder, person, onQuit }: DeviceCaseParts) {
    this.#recorder = recorder;
    this.#person = person;
    this.#onQuit = onQuit;
  }

  /** Whether the person left the situation before its end, so that nothing can be said of it. */
  get left(): boolean {
    return this.#left;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  async send(command: DriverCommand, begin?: () => void): Promise<boolean> {
    const { instruction, isSign } = DEEDS[command.do];
    if (this.#left) return false;
    begin?.();
    const seen = new AbortController();
    let sign: TraceEvent | undefined;
    const unsubscribe = this.#recorder.subscribe((event) => {
      if (sign || !isSign(event)) return;
      sign = event;
      seen.abort();
    });
    const reply = await this.#person.tell(instruction, seen.signal);
    unsubscribe();
    if (this.#leaves(reply)) return false;
    this.#date(command, sign);
    return true;
  }

  /** The person did it when the wire shows it, not when the terminal asked for it. */
  #date(command: DriverCommand, sign: TraceEvent | undefined): void {
    const recorder = this.#recorder;
    const written = recorder.events.findLast((event) => event.kind === 'command');
    if (written && command.do === 'reload') {
      recorder.insert({ kind: 'ready' }, { after: written });
      this.#isPlaying = false;
    }
    if (!written || !sign) return;
    recorder.retract(written);
    const done = command.do === 'start' ? readWish(command, sign) : command;
    recorder.insert({ kind: 'command', command: done }, { before: sign });
  }

  /** Has the person look at what the harness has just waited for. */
  async look(what: Awaitable): Promise<void> {
    if (this.#left) return;
    if (what === 'limit') await this.#lookAtLimit();
    if (what === 'playing' || what === 'stopped') await this.#lookAtVideo();
  }

  async #lookAtVideo(): Promise<void> {
    const cause = this.#lastCause();
    const reply = await this.#person.ask('Is the video playing now?');
    if (this.#leaves(reply)) return;
    const playing = reply === 'yes';
    if (cause && playing !== this.#isPlaying)
      this.#recorder.insert({ kind: 'playback', playing, seenBy }, { after: cause });
    this.#isPlaying = playing;
    await this.#lookForName();
  }

  async #lookForName(): Promise<void> {
    const told = this.#recorder.events.findLast(
      (event) => event.kind === 'told' && event.action === 'TAKE_OVER',
    );
    const isAsked = this.#recorder.events.some((event) => event.kind === 'taken-over');
    if (told?.kind !== 'told' || isAsked) return;
    const { sessionName: by } = JSON.parse(told.raw) as { sessionName?: string };
    if (by === undefined) return;
    const reply = await this.#person.ask(`Does the device say that "${by}" took over?`);
    if (this.#leaves(reply)) return;
    this.#recorder.insert(
      { kind: 'taken-over', by: reply === 'yes' ? by : undefined, seenBy },
      { after: told },
    );
  }

  async #lookAtLimit(): Promise<void> {
    const answer = this.#recorder.events.findLast((event) => event.kind === 'response');
    if (answer?.kind !== 'response' || answer.status === 200) return;
    const sessions = readSessions(answer.body);
    const names = sessions.map(({ name }) => `"${name}"`).join(', ');
    const offered = await this.#person.ask('Does the device offer to take the place of another device?');
    if (this.#leaves(offered)) return;
    const shown = offered === 'yes' ? await this.#person.ask(`Does it show ${names} to choose from?`) : 'no';
    if (this.#leaves(shown)) return;
    const limit = { takeover: offered === 'yes', sessions: shown === 'yes' ? sessions : [] };
    this.#recorder.insert({ kind: 'limit', ...limit, seenBy }, { after: answer });
  }

  /** What the device shows may have come of this: the last thing that happened, but for PING and attempts to connect. */
  #lastCause(): TraceEvent | undefined {
    return this.#recorder.events.findLast(
      (event) =>
        !['attempt', 'refused', 'taken-over', 'playback'].includes(event.kind) &&
        !('action' in event && (event.action === 'PING' || event.action === 'PONG')),
    );
  }

  #leaves(reply: Reply<string>): boolean {
    if (reply === 'quit') this.#onQuit();
    if (reply === 'quit' || reply === 'skip') this.#left = true;
    return this.#left;
  }

  subscribe(): () => void {
    return () => {};
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

const seenBy = 'person';

interface Deed {
  readonly instruction: string;
  /** Whether an event of the wire shows that it is done. */
  readonly isSign: (event: TraceEvent) => boolean;
}

const isNever = (): boolean => false;
const isRequest = (event: TraceEvent): boolean => event.kind === 'request' && event.method === 'POST';
const isEnd = (event: TraceEvent): boolean =>
  (event.kind === 'said' && event.action === 'FINISHED') || (event.kind === 'close' && event.by === 'client');

const DEEDS: Record<DriverCommand['do'], Deed> = {
  start: {
    instruction: 'Press play on the device now.',
    isSign: (event) => isRequest(event) || event.kind === 'attempt',
  },
  stop: { instruction: 'Stop the video on the device now, as a viewer would.', isSign: isEnd },
  end: { instruction: 'Let the video come to its end; wind on if you can.', isSign: isEnd },
  takeover: { instruction: 'Choose the first device of the list, to take its place.', isSign: isRequest },
  reload: { instruction: 'Close the app without stopping the video, and open it again.', isSign: isNever },
  reset: { instruction: 'Leave the player on the device.', isSign: isNever },
  exit: { instruction: 'Close the app on the device.', isSign: isNever },
};

/** What the user asked for, from what the device sent: the person chose what to play. */
function readWish(command: DriverCommand & { do: 'start' }, sign: TraceEvent | undefined): DriverCommand {
  if (sign?.kind !== 'request') return command;
  const { offerId, tag, ...rest } = command;
  try {
    const asked = JSON.parse(sign.body) as { offerId?: unknown; tag?: unknown } | null;
    if (typeof asked?.tag === 'string' && asked.offerId === undefined) return { ...rest, tag: asked.tag };
  } catch {
    // The rule about the body speaks of it.
  }
  return { ...rest, offerId, tag };
}

function readSessions(body: string): { sessionId: string; name: string }[] {
  try {
    const answer = JSON.parse(body) as {
      details?: { activeSessions?: { sessionId: string; name: string }[] };
    };
    return answer.details?.activeSessions ?? [];
  } catch {
    return [];
  }
}
