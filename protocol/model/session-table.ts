import { initialTransition, transition } from 'xstate';
import type { AnyMachineSnapshot, ExecutableActionsFrom } from 'xstate';
import type { ServerAction } from '../messages.ts';
import { sessionChart } from './session-chart.ts';
import type { CloseReason, ConnectionRole, EndReason, SessionEvent } from './session-chart.ts';

/** The states of a session record, link and liveness in one word each. `ended` also stands for "never was". */
export const SESSION_STATES = [
  'pending.quiet',
  'connected.quiet',
  'connected.pinged',
  'lost.quiet',
  'lost.pinged',
  'ended',
] as const;

export const SESSION_TIMERS = ['pongTimeout', 'pendingTimeout'] as const;

export const SESSION_EVENTS = [
  'REQUESTED',
  'REQUESTED_AGAIN',
  'PONG',
  'FINISHED',
  'CONNECTION_LOST',
  'PING',
  'TAKEN_OVER',
  'TERMINATE',
  'EXPIRE',
] as const satisfies readonly SessionEvent['type'][];

export type SessionState = (typeof SESSION_STATES)[number];
export type SessionTimer = (typeof SESSION_TIMERS)[number];

/** An event of the chart, or the name of a timer that ran out. */
export type SessionInput = SessionEvent['type'] | SessionTimer;

/** What a step of the chart asks for, in the order in which it is to be carried out. */
export type SessionEffect =
  | { type: 'send'; action: ServerAction; to: ConnectionRole }
  | { type: 'close'; connection: ConnectionRole; because: CloseReason }
  | { type: 'associateSender' }
  | { type: 'dissociate' }
  | { type: 'endRecord'; reason: EndReason }
  | { type: 'startTimer'; timer: SessionTimer }
  | { type: 'cancelTimer'; timer: SessionTimer };

export interface SessionStep {
  readonly next: SessionState;
  readonly effects: readonly SessionEffect[];
}

/** A transition of the model, named for coverage: `connected.quiet --PING--> connected.pinged`. */
export interface SessionTransition extends SessionStep {
  readonly from: SessionState;
  readonly input: SessionInput;
}

const table = compile();

/** The step that brings a record into being. */
export const initialStep: SessionStep = table.initial;

/** One step of a session record's life: a look-up in the compiled chart. An event without meaning changes nothing. */
export function stepSession(state: SessionState, input: SessionInput): SessionStep {
  return table.steps.get(`${state} ${input}`) ?? { next: state, effects: [] };
}

/** Every transition of the chart that changes the state or has an effect: what coverage counts. */
export const SESSION_TRANSITIONS: readonly SessionTransition[] = table.transitions;

/** Explores the chart with XState's own `transition`, so XState stays the one definition and a step costs a look-up. */
function compile() {
  const [first, firstActions] = initialTransition(sessionChart);
  const steps = new Map<string, SessionStep>();
  const transitions: SessionTransition[] = [];
  const timerEvents = new Map<SessionTimer, string>();
  const snapshots = new Map<SessionState, AnyMachineSnapshot>([[nameState(first), first]]);
  const initial: SessionStep = { next: nameState(first), effects: readEffects(firstActions, timerEvents) };

  for (const [from, snapshot] of snapshots) {
    for (const input of [...SESSION_EVENTS, ...SESSION_TIMERS]) {
      const type = timerEvents.get(input as SessionTimer) ?? input;
      const [after, actions] = transition(sessionChart, snapshot as typeof first, { type } as SessionEvent);
      const next = nameState(after);
      const effects = readEffects(actions, timerEvents);
      if (next === from && effects.length === 0) continue;
      steps.set(`${from} ${input}`, { next, effects });
      transitions.push({ from, input, next, effects });
      // A Map's iterator also visits what is added on the way: this is the queue of the exploration.
      if (!snapshots.has(next)) snapshots.set(next, after);
    }
  }
  return { initial, steps, transitions };
}

function nameState(snapshot: AnyMachineSnapshot): SessionState {
  const value = snapshot.value as 'ended' | { live: { link: string; liveness: string } };
  const name = value === 'ended' ? value : `${value.live.link}.${value.live.liveness}`;
  if (!(SESSION_STATES as readonly string[]).includes(name)) throw new Error(`unforeseen state ${name}`);
  return name as SessionState;
}

type ChartAction = ExecutableActionsFrom<typeof sessionChart>;

function readEffects(
  actions: readonly ChartAction[],
  timerEvents: Map<SessionTimer, string>,
): SessionEffect[] {
  return actions.flatMap((action): SessionEffect[] => {
    const { type, params } = action as { type: string; params?: Record<string, unknown> };
    if (type === 'xstate.raise') {
      const event = (params as { event: { type: string } }).event.type;
      const timer = readTimer(event);
      timerEvents.set(timer, event);
      return [{ type: 'startTimer', timer }];
    }
    if (type === 'xstate.cancel') {
      return [{ type: 'cancelTimer', timer: readTimer((params as { sendId: string }).sendId) }];
    }
    return [{ type, ...params } as SessionEffect];
  });
}

/** XState names a delayed event `xstate.after.<delay>.<state>`. */
function readTimer(eventType: string): SessionTimer {
  const name = eventType.split('.')[2];
  const timer = SESSION_TIMERS.find((candidate) => candidate === name);
  if (!timer) throw new Error(`unforeseen delayed event ${eventType}`);
  return timer;
}
