import type { ScriptedAnswer } from './answer.ts';

/** What becomes of the next attempts to connect: a status to refuse with (0 breaks the connection), or silence. */
export type DoorSign = { readonly refuse: number } | { readonly silent: true };

/** What the stage does other than the simulator would, until it is used up. */
export interface Script {
  /** For the next requests, in order. */
  readonly answers: ScriptedAnswer[];
  /** For the next attempts to connect, in order. */
  readonly door: DoorSign[];
  /** While it is on, nothing gets through: requests and attempts break. */
  down: boolean;
  /** While it is on, each session is deleted as soon as it is granted. */
  forgetful: boolean;
  /** Frames of these actions are kept back. */
  readonly held: Set<string>;
  /** How many frames of an action get lost on the way to the client. */
  readonly lost: Map<string, number>;
}

export function createScript(): Script {
  return { answers: [], door: [], down: false, forgetful: false, held: new Set(), lost: new Map() };
}
