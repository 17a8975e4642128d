import type { StartCommand } from '../../protocol/driver-protocol.ts';
import type { PoolInput } from '../../protocol/model/pool.ts';
import type { ClientSubject } from '../../scenarios/client-subject.ts';
import type { GhostDevice, Simulator } from '../../simulator/index.ts';
import type { Recorder } from '../trace/recorder.ts';
import { holdsFor, isAbout } from './awaitable.ts';
import { formatStep } from './format-step.ts';
import type { Pace } from './pace.ts';
import type { Patience } from './patience.ts';
import type { Awaitable, Situation, Step } from './situation.ts';
import { CUSTOMER, OFFER } from './stage/cast.ts';
import type { Stage } from './stage/stage.ts';

/** What a case is played with. */
export interface SceneParts {
  readonly stage: Stage;
  readonly simulator: Simulator;
  readonly recorder: Recorder;
  readonly pace: Pace;
  readonly subject: ClientSubject;
  /** What the user asks for, and for another offer or customer. */
  readonly requests: Readonly<Record<'same' | 'offer' | 'customer', StartCommand>>;
  readonly patience: Patience;
  /** Has somebody look, where what the user sees shows itself in no other way. */
  readonly look?: ((what: Awaitable) => Promise<void>) | undefined;
}

/** Carries out the steps of a situation, one after the other. */
export class Scene {
  readonly #parts: SceneParts;
  readonly #devices = new Map<string, GhostDevice>();
  #isStuck = false;

  constructor(parts: SceneParts) {
    this.#parts = parts;
  }

  async prepare({ setup }: Situation): Promise<void> {
    for (const name of setup.devices ?? []) await this.#device(name).create();
  }

  /** Gives false when nothing more can be done: the client is gone, or leaves its user no way to do the step. */
  async perform(step: Step): Promise<boolean> {
    const { recorder } = this.#parts;
    const words = formatStep(step);
    if (words !== undefined && !(step.do in USER_COMMANDS)) {
      const [actor = '', ...text] = words.split(': ');
      recorder.record({ kind: 'deed', actor, text: text.join(': ') });
    }
    await this.#carryOut(step);
    return !this.#isStuck && !recorder.events.some(({ kind }) => kind === 'exited');
  }

  async #carryOut(step: Step): Promise<void> {
    const { stage, pace, recorder, requests } = this.#parts;
    switch (step.do) {
      case 'start':
        // Nobody presses play on what plays already (docs/driver-protocol.md).
        if (stage.current === undefined) await this.#command(requests[step.other ?? 'same']);
        return;
      case 'stop':
      case 'reload':
      case 'end':
        return this.#command({ do: step.do });
      case 'take-over':
        return this.#takeOver(step.choice);
      case 'device':
        return this.#act(step.name, step.does);
      case 'watch':
        await pace.until(recorder, () => this.#isGone(), step.for);
        return;
      case 'await': {
        const { look, subject } = this.#parts;
        // Until somebody looks, only the wire tells; and what has stopped may need all the time that it is given.
        const holds =
          look && step.what === 'stopped'
            ? () => false
            : holdsFor(step.what, recorder, (subject.driven || subject.showsPlayback === true) && !look);
        const { patience } = this.#parts;
        await pace.until(recorder, () => holds() || this.#isGone(), patience.allow(step.what, step.for));
        if (isAbout(step.what, recorder)) patience.note(step.what, holds());
        await look?.(step.what);
        return;
      }
      case 'say':
        return stage.tell(step.text, 'not of the protocol');
      case 'say-binary':
        return stage.tell(Buffer.from(step.binary, 'base64'), 'not of the protocol');
      default:
        return this.#serve(step);
    }
  }

  async #serve(step: Exclude<Step, { do: keyof typeof USER_COMMANDS }>): Promise<void> {
    const { script } = this.#parts.stage;
    const { stage } = this.#parts;
    switch (step.do) {
      case 'answer':
        for (let times = step.times ?? 1; times > 0; times -= 1) script.answers.push(step.with);
        return;
      case 'refuse':
        for (let times = step.times ?? 1; times > 0; times -= 1) script.door.push({ refuse: step.status });
        return;
      case 'hold':
        script.held.add(step.action);
        return;
      case 'release':
        return stage.release();
      case 'lose':
        script.lost.set(step.action, step.times ?? 1);
        return;
      case 'ping':
        for (let times = step.times ?? 1; times > 0; times -= 1) await this.#toSession('ping');
        return;
      case 'terminate':
      case 'expire':
        return this.#toSession(step.do);
      case 'forget':
        // Without a connection that belongs to the session there is nobody to tell.
        await this.#toSession('expire', true);
        return;
      case 'forgetful':
        script.forgetful = true;
        return;
      case 'close':
        return stage.close(step.code);
      case 'cut':
        return stage.cut();
      case 'down':
        script.down = true;
        stage.cut();
        return this.#parts.subject.setOnline?.(false);
      case 'up':
        script.down = false;
        return this.#parts.subject.setOnline?.(true);
    }
  }

  async #command(command: Parameters<ClientSubject['send']>[0]): Promise<void> {
    const { subject, recorder } = this.#parts;
    const first = !recorder.events.some(({ kind }) => kind === 'command');
    const writeDown = (): void => void recorder.record({ kind: 'command', command });
    // Without a driver the client has started by itself, from its environment.
    if (subject.driven) this.#isStuck = !(await subject.send(command, writeDown));
    else if (first) writeDown();
    else throw new TypeError(`${subject.name} cannot be told to ${command.do}`);
  }

  async #takeOver(choice: number): Promise<void> {
    const { recorder, stage } = this.#parts;
    const shown = recorder.events.findLast(
      (event) => event.kind === 'limit' || (event.kind === 'command' && event.command.do !== 'stop'),
    );
    const session = shown?.kind === 'limit' && shown.takeover ? shown.sessions[choice] : undefined;
    // A client that offers nothing, or plays already, leaves the user nothing to choose.
    if (session && !stage.current) await this.#command({ do: 'takeover', sessionId: session.sessionId });
  }

  async #act(name: string, does: 'create' | 'take-over' | 'finish'): Promise<void> {
    const device = this.#device(name);
    if (does === 'create') await device.create();
    else if (does === 'finish') await device.send('FINISHED');
    else {
      const session = this.#parts.stage.lastClaims?.sessionId;
      if (session !== undefined) await device.takeOver(session);
    }
  }

  #device(name: string): GhostDevice {
    const known = this.#devices.get(name);
    if (known) return known;
    const options = { name, customer: CUSTOMER, choice: { offerId: OFFER.id } };
    const device = this.#parts.simulator.ghost(options);
    this.#devices.set(name, device);
    return device;
  }

  async #toSession(type: 'ping' | 'terminate' | 'expire', silently = false): Promise<void> {
    const { stage, simulator } = this.#parts;
    const claims = stage.lastClaims;
    if (!claims) return;
    const input: PoolInput = { type, session: claims.sessionId };
    if (silently) stage.script.lost.set('EXPIRED', 1);
    await simulator.runtime.dispatch(claims, input);
    if (silently) stage.script.lost.delete('EXPIRED');
  }

  #isGone(): boolean {
    return this.#parts.recorder.events.some(({ kind }) => kind === 'exited');
  }
}

/** Steps that the trace shows as what the user does, or as frames, so that no deed needs to be written down. */
const USER_COMMANDS = {
  start: true,
  stop: true,
  end: true,
  'take-over': true,
  reload: true,
  device: false,
  watch: true,
  await: true,
  say: true,
  'say-binary': true,
} as const;
