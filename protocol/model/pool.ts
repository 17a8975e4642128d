import type { ActiveSession } from '../http-bodies.ts';
import type { ServerMessage } from '../messages.ts';
import type { Settings } from '../settings.ts';
import type { CloseReason, EndReason } from './session-chart.ts';
import { initialStep, stepSession } from './session-table.ts';
import type {
  SessionEffect,
  SessionInput,
  SessionState,
  SessionStep,
  SessionTimer,
} from './session-table.ts';

/** One session record: a slot of its pool. */
export interface SessionRecord {
  readonly id: string;
  readonly name: string;
  readonly state: SessionState;
  /** The id of the one connection associated with the record, while there is one. */
  readonly connection?: string | undefined;
}

/** The active sessions of one customer for one offer, oldest first. The unit of consistency: a step is atomic for it. */
export interface PoolState {
  readonly sessions: readonly SessionRecord[];
}

export const emptyPool: PoolState = Object.freeze({ sessions: Object.freeze([]) });

/** What a publisher decided for the pool, and the settings of the server. */
export interface PoolPolicy {
  /** Whether DRISC is on. */
  readonly enabled: boolean;
  readonly takeoverEnabled: boolean;
  readonly limit: number;
  readonly settings: Settings;
}

/** What can happen to a pool. Ids and names come from outside: the model makes none. */
export type PoolInput =
  | { type: 'create'; session: string; name: string }
  /** A create that takes the slot of `victim`, a session of this pool; of another: `stepTakeoverAcross`. */
  | { type: 'takeover'; session: string; name: string; victim: string }
  | { type: 'frame'; session: string; connection: string; action: 'REQUESTED' | 'PONG' | 'FINISHED' }
  /** A connection opened with the session's token; matters only where `terminateOn` is `connected`. */
  | { type: 'connected'; session: string; connection: string }
  | { type: 'disconnected'; session: string; connection: string }
  | { type: 'timer'; session: string; timer: SessionTimer }
  /** `session` left out: every session of the pool. */
  | { type: 'ping'; session?: string | undefined }
  | { type: 'terminate'; session: string }
  | { type: 'expire'; session: string };

/** The answer to a create or a takeover. */
export type Admission =
  | { kind: 'granted'; session: string }
  | { kind: 'disabled' }
  | { kind: 'limit-reached'; takeOverEnabled: boolean; activeSessions: ActiveSession[] }
  | { kind: 'takeover-disabled' }
  | { kind: 'takeover-not-needed' }
  | { kind: 'unknown-session' };

/** What the host is to carry out, in this order, after it has committed the next state. */
export type PoolEffect =
  | { type: 'reply'; admission: Admission }
  | { type: 'send'; session: string; connection: string; message: ServerMessage }
  | { type: 'close'; session: string; connection: string; because: CloseReason }
  /** `delay` is in milliseconds. */
  | { type: 'startTimer'; session: string; timer: SessionTimer; delay: number }
  | { type: 'cancelTimer'; session: string; timer: SessionTimer }
  | { type: 'ended'; session: string; reason: EndReason }
  /** A step of a record's chart was taken; for coverage and the inspector. */
  | { type: 'stepped'; session: string; from: SessionState; input: SessionInput; to: SessionState };

export type PoolStep = readonly [next: PoolState, effects: readonly PoolEffect[]];

/** The model's step: a pool and what happens to it in, the next pool and the effects out. Pure. */
export function stepPool(pool: PoolState, input: PoolInput, policy: PoolPolicy): PoolStep {
  switch (input.type) {
    case 'create':
      return admit(pool, input, policy);
    case 'takeover':
      return takeOver(pool, input, policy);
    case 'frame':
      return receiveFrame(pool, input, policy);
    case 'connected':
      return connect(pool, input, policy);
    case 'disconnected':
      return isAssociated(pool, input)
        ? stepRecord(pool, input.session, 'CONNECTION_LOST', policy)
        : [pool, []];
    case 'timer':
      return stepRecord(pool, input.session, input.timer, policy);
    case 'ping':
      return input.session === undefined
        ? pingAll(pool, policy)
        : stepRecord(pool, input.session, 'PING', policy);
    case 'terminate':
      return stepRecord(pool, input.session, 'TERMINATE', policy);
    case 'expire':
      return stepRecord(pool, input.session, 'EXPIRE', policy);
  }
}

type Create = { session: string; name: string };

function admit(pool: PoolState, create: Create, policy: PoolPolicy): PoolStep {
  if (!policy.enabled) return [pool, [reply({ kind: 'disabled' })]];
  if (pool.sessions.length < policy.limit) return grant(pool, create, policy);
  const refusal = reply({
    kind: 'limit-reached',
    takeOverEnabled: policy.takeoverEnabled,
    activeSessions: pool.sessions.map(({ id, name }) => ({ sessionId: id, name })),
  });
  // Without this PING a dead session would hold its slot for ever (AMB-5).
  if (!policy.settings.pingOnRefusedCreate) return [pool, [refusal]];
  return chain([pool, [refusal]], (next) => pingAll(next, policy));
}

function grant(pool: PoolState, { session, name }: Create, policy: PoolPolicy): PoolStep {
  const granted: PoolStep = [pool, [reply({ kind: 'granted', session })]];
  return chain(
    chain(granted, (next) => pingAll(next, policy)),
    (next) => {
      const record: SessionRecord = { id: session, name, state: initialStep.next };
      const opened = { sessions: [...next.sessions, record] };
      return [opened, initialStep.effects.flatMap((effect) => carry(effect, record, record, policy, {}))];
    },
  );
}

function takeOver(pool: PoolState, input: Takeover, policy: PoolPolicy): PoolStep {
  const refusal = refuseTakeover(pool, hasSession(pool, input.victim), policy);
  if (refusal) return [pool, [reply(refusal)]];
  return chain(stepRecord(pool, input.victim, 'TAKEN_OVER', policy, { takenOverBy: input.name }), (next) =>
    grant(next, input, policy),
  );
}

/** A takeover whose victim is in another pool of the customer: both pools step, or neither (PROTOCOL.md 3.32 to 3.34). */
export interface TakeoverAcross {
  readonly target: PoolState;
  readonly victims: PoolState;
  /** Carried out in the victim's pool, before those of the target. */
  readonly victimEffects: readonly PoolEffect[];
  readonly targetEffects: readonly PoolEffect[];
}

export function stepTakeoverAcross(
  target: PoolState,
  victims: PoolState,
  input: Takeover,
  policy: PoolPolicy,
): TakeoverAcross {
  const refusal = refuseTakeover(target, hasSession(victims, input.victim), policy);
  if (refusal) return { target, victims, victimEffects: [], targetEffects: [reply(refusal)] };
  // The victim frees no slot in the target pool, whose own limit decides.
  const [nextTarget, targetEffects] = admit(target, input, policy);
  if (nextTarget.sessions.length <= target.sessions.length) {
    return { target: nextTarget, victims, victimEffects: [], targetEffects };
  }
  const [nextVictims, victimEffects] = stepRecord(victims, input.victim, 'TAKEN_OVER', policy, {
    takenOverBy: input.name,
  });
  return { target: nextTarget, victims: nextVictims, victimEffects, targetEffects };
}

type Takeover = { session: string; name: string; victim: string };

function refuseTakeover(target: PoolState, victimExists: boolean, policy: PoolPolicy): Admission | undefined {
  if (!policy.enabled) return { kind: 'disabled' };
  if (!policy.takeoverEnabled) return { kind: 'takeover-disabled' };
  if (!victimExists) return { kind: 'unknown-session' };
  const needed = policy.settings.takeoverBelowLimit || target.sessions.length >= policy.limit;
  return needed ? undefined : { kind: 'takeover-not-needed' };
}

function hasSession(pool: PoolState, session: string): boolean {
  return pool.sessions.some(({ id }) => id === session);
}

function receiveFrame(pool: PoolState, frame: PoolInput & { type: 'frame' }, policy: PoolPolicy): PoolStep {
  const { session, connection, action } = frame;
  if (isAssociated(pool, frame)) {
    return stepRecord(pool, session, action === 'REQUESTED' ? 'REQUESTED_AGAIN' : action, policy);
  }
  // A connection that is not the session's own can only ask to become it.
  return action === 'REQUESTED'
    ? stepRecord(pool, session, 'REQUESTED', policy, { sender: connection })
    : [pool, []];
}

function connect(pool: PoolState, input: PoolInput & { type: 'connected' }, policy: PoolPolicy): PoolStep {
  const record = pool.sessions.find(({ id }) => id === input.session);
  const supersedes = policy.settings.terminateOn === 'connected' && record?.connection !== undefined;
  return supersedes ? stepRecord(pool, input.session, 'TERMINATE', policy) : [pool, []];
}

function pingAll(pool: PoolState, policy: PoolPolicy): PoolStep {
  return pool.sessions.reduce<PoolStep>(
    (step, { id }) => chain(step, (next) => stepRecord(next, id, 'PING', policy)),
    [pool, []],
  );
}

/** What a step knows besides the record: the connection it came from, and who takes over. */
interface StepContext {
  sender?: string;
  takenOverBy?: string;
}

function stepRecord(
  pool: PoolState,
  session: string,
  input: SessionInput,
  policy: PoolPolicy,
  context: StepContext = {},
): PoolStep {
  const before = pool.sessions.find(({ id }) => id === session);
  const from = before?.state ?? 'ended';
  const step = stepSession(from, input);
  const after = before && moveRecord(before, step, context);
  const effects = step.effects.flatMap((effect) =>
    carry(effect, before ?? { id: session, name: '', state: 'ended' }, after, policy, context),
  );
  const stepped: PoolEffect = { type: 'stepped', session, from, input, to: step.next };
  if (!before) return [pool, [stepped, ...effects]];
  const sessions =
    after && step.next !== 'ended'
      ? pool.sessions.map((record) => (record.id === session ? after : record))
      : pool.sessions.filter((record) => record.id !== session);
  return [{ sessions }, [stepped, ...effects]];
}

function moveRecord(record: SessionRecord, step: SessionStep, context: StepContext): SessionRecord {
  const types = step.effects.map(({ type }) => type);
  const connection = types.includes('associateSender')
    ? context.sender
    : types.includes('dissociate')
      ? undefined
      : record.connection;
  return { ...record, state: step.next, connection };
}

/** Turns an effect of the chart into one of the pool: roles become connection ids, names become milliseconds. */
function carry(
  effect: SessionEffect,
  before: SessionRecord,
  after: SessionRecord | undefined,
  policy: PoolPolicy,
  context: StepContext,
): PoolEffect[] {
  const session = before.id;
  const connectionOf = {
    associated: after?.connection ?? before.connection,
    former: before.connection,
    sender: context.sender,
  };
  switch (effect.type) {
    case 'send': {
      const connection = connectionOf[effect.to];
      const message: ServerMessage =
        effect.action === 'TAKE_OVER'
          ? { action: effect.action, sessionName: context.takenOverBy ?? '' }
          : { action: effect.action };
      return connection === undefined ? [] : [{ type: 'send', session, connection, message }];
    }
    case 'close': {
      const connection = connectionOf[effect.connection];
      const stays = connection === undefined || !closes(effect.because, policy.settings);
      return stays ? [] : [{ type: 'close', session, connection, because: effect.because }];
    }
    case 'startTimer':
      return [{ type: 'startTimer', session, timer: effect.timer, delay: policy.settings[effect.timer] }];
    case 'cancelTimer':
      return [{ type: 'cancelTimer', session, timer: effect.timer }];
    case 'endRecord':
      return [{ type: 'ended', session, reason: effect.reason }];
    case 'associateSender':
    case 'dissociate':
      return [];
  }
}

function closes(because: CloseReason, settings: Settings): boolean {
  if (because === 'finished') return settings.closeAfterFinished;
  if (because === 'unknown-session' || because === 'expired') return settings.closeAfterExpired;
  return true;
}

function isAssociated(
  pool: PoolState,
  { session, connection }: { session: string; connection: string },
): boolean {
  return pool.sessions.some((record) => record.id === session && record.connection === connection);
}

function reply(admission: Admission): PoolEffect {
  return { type: 'reply', admission };
}

function chain([pool, effects]: PoolStep, then: (pool: PoolState) => PoolStep): PoolStep {
  const [next, more] = then(pool);
  return [next, [...effects, ...more]];
}
