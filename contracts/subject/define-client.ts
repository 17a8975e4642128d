import type { ActiveSession } from '../../protocol/http-bodies.ts';

/** What the user wants to watch, and where. Exactly one of `offerId` and `tag` is there. */
export interface PlayRequest {
  baseUrl: string;
  /** The customer's JWT. */
  token: string;
  offerId?: string;
  tag?: string;
  sessionName?: string;
}

/** How a client tells the harness what its user sees. Each may be called at any time, from wherever it happens. */
export interface ClientContext {
  /** Playback starts or stops, for whatever reason: on each change, and only then. */
  playback(this: void, playing: boolean): void;
  /** The limit is reached. `takeover`: whether the user is offered to take one over; `sessions`: those shown. */
  limit(this: void, shown: { takeover: boolean; sessions: readonly ActiveSession[] }): void;
  /** Another session took over; its name, as the user is told it. */
  takenOver(this: void, by?: string): void;
  /** The stream has come to its end by itself. */
  ended(this: void): void;
  /** Something else went wrong that the user is told about. It fails no rule by itself. */
  error(this: void, message: string): void;
}

/**
 * A client as the harness drives it: what its user does. Only `start` and `stop` have to be there; what is left out is
 * not put to the test. What a method throws counts as `context.error`.
 */
export interface ClientDefinition {
  /** What reports call it; the file's name unless told. */
  name?: string;
  /** The user presses play. */
  start(request: PlayRequest, context: ClientContext): unknown;
  /** The user stops. May come while `start` still waits. */
  stop(context: ClientContext): unknown;
  /** After `context.limit`, the user chooses this session to take over. */
  takeover?(sessionId: string, context: ClientContext): unknown;
  /** The stream comes to its end by itself; then `context.ended`. */
  end?(context: ClientContext): unknown;
  /** A page reload: connections drop without FINISHED, memory is lost, storage is kept; then resumes what is stored. */
  reload?(context: ClientContext): unknown;
  /**
   * Closes what is open and forgets everything, stored endpoints too, so that the same client serves the next case.
   * Without it, each case loads the module anew.
   */
  reset?(context: ClientContext): unknown;
  /** Closes what is open before the client is let go. */
  exit?(context: ClientContext): unknown;
}

/** Defines a client for `drisc test client --module`: the default export of the module. */
export function defineClient(definition: ClientDefinition): ClientDefinition {
  return definition;
}
