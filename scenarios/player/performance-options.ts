import type { JournalEntry } from '../../simulator/journal.ts';
import type { ClientSubject } from '../client-subject.ts';
import type { StepOutcome } from '../outcome.ts';
import type { Step } from '../scenario.ts';
import type { AppOrder } from './stage.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the player tells while it plays: before a step what it waits for or does, and afterwards how it ended. */
export type PlayEvent =
  | { readonly type: 'order'; readonly order: AppOrder }
  | {
      readonly type: 'begin';
      readonly number: number;
      readonly step: Step;
      readonly prompt: boolean;
      readonly within?: number;
    }
  | { readonly type: 'end'; readonly number: number; readonly outcome: StepOutcome };

/** How the steps are gone through, once the stage is set. */
export interface PerformanceOptions {
  /**
   * Attaches the client under test, when everything is in place for it. Left out: somebody else connects a client, and
   * a person does what the scenario says of the user.
   */
  readonly attach?: ((order: AppOrder) => ClientSubject) | undefined;
  readonly onEvent?: ((event: PlayEvent) => void) | undefined;
  /** Virtual time, which the simulator and the client must follow too; real time where left out. */
  readonly time?: VirtualTime | undefined;
  /** Milliseconds to wait for what a person has to do; two minutes unless told. */
  readonly patience?: number | undefined;
  /** The request for a session that came before anybody looked, where the user has pressed play already. */
  readonly request?: JournalEntry | undefined;
  /** Ends it before its time, without a verdict. */
  readonly signal?: AbortSignal | undefined;
}
