import type { StartCommand } from '../../protocol/driver-protocol.ts';
import type { SubjectEvent } from '../../scenarios/client-subject.ts';
import { createSimulator } from '../../simulator/index.ts';
import type { Simulator } from '../../simulator/index.ts';
import type { AttachedClient } from '../subject/attached-client.ts';
import { createRecorder } from '../trace/recorder.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { Trace } from '../trace/trace.ts';
import type { Pace } from './pace.ts';
import { ALL_PATIENCE } from './patience.ts';
import type { Patience } from './patience.ts';
import { Scene } from './scene.ts';
import { CUSTOMER, OFFER, OTHER_CUSTOMER, OTHER_OFFER, SECRET } from './stage/cast.ts';
import type { Setup, Situation } from './situation.ts';
import { Stage } from './stage/stage.ts';

/** A case as it went: what happened, how late the harness was in a time of it, and what the client logged. */
export interface PlayedCase {
  readonly situation: Situation;
  readonly trace: Trace;
  /** Milliseconds of real time that it took. */
  readonly duration: number;
  /** The longest the harness was late between two times of the trace, in milliseconds. */
  lateness(from: number, until: number): number;
  readonly log: readonly string[];
  /** Whether it was left before its end, so that nothing can be said of it. */
  readonly left: boolean;
}

const SESSION_NAME = 'Living room';

/** Plays a situation with a client and writes down what happens. Judges nothing. */
export async function playCase(
  client: AttachedClient,
  situation: Situation,
  patience: Patience = ALL_PATIENCE,
): Promise<PlayedCase> {
  const began = performance.now();
  const pace = client.createPace();
  const simulator = openSimulator(situation.setup, pace);
  try {
    const recorder = createRecorder(pace.clock);
    const zero = pace.clock.now();
    const stage = new Stage(simulator, recorder, (milliseconds) => sleep(pace, milliseconds));
    pace.attend(() => stage.busy);
    const tokens = await mintTokens(simulator);
    const request = (baseUrl: string): StartCommand => writeRequest(situation.setup, baseUrl, tokens.own);
    const lease = await client.take({ stage, pace, recorder, situation, request });
    const unsubscribe = lease.subject.subscribe((event) => recordEvent(recorder, event));
    let isReleased = false;
    const release = async (): Promise<void> => {
      if (isReleased) return;
      isReleased = true;
      unsubscribe();
      await lease.release();
    };
    try {
      const own = lease.asks ?? request(lease.baseUrl);
      const requests = {
        same: own,
        offer: { ...own, offerId: OTHER_OFFER.id, tag: undefined },
        customer: { ...own, token: tokens.other },
      };
      const { subject, look } = lease;
      const scene = new Scene({ stage, simulator, recorder, pace, subject, requests, patience, look });
      await scene.prepare(situation);
      for (const step of situation.steps) if (!(await scene.perform(step))) break;
      const trace = { ...recorder.finish(), driven: lease.subject.driven };
      await release();
      return {
        situation,
        trace,
        duration: performance.now() - began,
        lateness: (from, until) => pace.lateness(zero + from, zero + until),
        log: lease.log(),
        left: lease.left?.() ?? false,
      };
    } finally {
      // After an error, too: what a lease holds open would keep this process from ending.
      await release();
    }
  } finally {
    await simulator.close();
    pace.close();
  }
}

function openSimulator(setup: Setup, { clock }: Pace): Simulator {
  const { limit = 2, takeover = true, enabled = true, settings } = setup;
  return createSimulator({
    clock,
    publishers: [{ id: CUSTOMER.publisherId, secret: SECRET, enabled, takeover }],
    offers: [
      { id: OFFER.id, tags: [OFFER.tag], limit },
      { id: OTHER_OFFER.id, tags: [OTHER_OFFER.tag], limit },
    ],
    // The judge has deadlines of its own; a server that acts on them first would hide what the client does.
    settings: { pongTimeout: 60_000, pendingTimeout: 120_000, ...settings },
  });
}

async function mintTokens(simulator: Simulator): Promise<{ own: string; other: string }> {
  const [own, other] = await Promise.all([simulator.token(CUSTOMER), simulator.token(OTHER_CUSTOMER)]);
  return { own, other };
}

function writeRequest(
  { by = 'offer', sessionName = SESSION_NAME }: Setup,
  baseUrl: string,
  token: string,
): StartCommand {
  const choice = by === 'tag' ? { tag: OFFER.tag } : { offerId: OFFER.id };
  return { do: 'start', baseUrl, token, ...choice, sessionName };
}

async function sleep({ clock }: Pace, milliseconds: number): Promise<void> {
  await new Promise<void>((resolve) => {
    clock.setAlarm(clock.now() + milliseconds, async () => resolve());
  });
}

function recordEvent(recorder: Recorder, event: SubjectEvent): void {
  switch (event.event) {
    case 'ready':
    case 'ended':
      recorder.record({ kind: event.event });
      return;
    case 'playback':
      recorder.record({ kind: 'playback', playing: event.playing });
      return;
    case 'limit':
      recorder.record({ kind: 'limit', takeover: event.takeover, sessions: event.sessions });
      return;
    case 'taken-over':
      recorder.record({ kind: 'taken-over', by: event.by });
      return;
    case 'error':
      recorder.record({ kind: 'error', message: event.message });
      return;
    case 'unsafe':
      recorder.record({ kind: 'unsafe', what: event.what });
      return;
    case 'exited':
      recorder.record({ kind: 'exited', code: event.code });
      return;
    case 'log':
    case 'bad-line':
  }
}
