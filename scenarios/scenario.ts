import type { EndReason } from '../protocol/model/session-chart.ts';
import type { Settings } from '../protocol/settings.ts';
import type { ActorKind } from './format/phrases.ts';

/** The version of the scenario format, the value of the key `drisc`. Keys may be added within a version. */
export const FORMAT_VERSION = 1;

/** What a device does when the steps begin: it has no session, plays, has gone mute, or has lost its connection. */
export type DeviceState = 'off' | 'playing' | 'mute' | 'lost';

/** Another device of the app's customer, played by the simulator. */
export interface GivenDevice {
  /** Its session's name, as other devices see it. */
  readonly name: string;
  readonly is: DeviceState;
}

/**
 * The JWT that the app is given: `brief` ends two seconds after the scenario began, `early` bears the time of a clock
 * that is ten minutes ahead, `foreign` is of a publisher that the server does not know.
 */
export type GivenToken = 'valid' | 'expired' | 'brief' | 'early' | 'foreign';

/** What holds before the first step. */
export interface Given {
  /** Sessions allowed at the offer. */
  readonly limit: number;
  readonly takeover: boolean;
  readonly drisc: boolean;
  /** Times in milliseconds. */
  readonly settings: Partial<Settings>;
  readonly app: {
    /** The name that it is told to give its session. */
    readonly name: string;
    /** Whether it asks by the offer's id or by its tag. */
    readonly by: 'offer' | 'tag';
    /** `playing`: the usual opening goes before the steps. */
    readonly is: 'off' | 'playing';
    /** The customer's JWT that it is given. */
    readonly token: GivenToken;
  };
  readonly devices: Readonly<Record<string, GivenDevice>>;
}

/** Where a step stands: in a file from 1, or in a literal by its path such as `steps[3]`. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What some phrases say beyond their words. Durations in milliseconds. */
export interface StepOptions {
  readonly because?: EndReason;
  readonly sessions?: readonly string[];
  readonly takeover?: 'offered' | 'not offered';
  readonly settings?: Partial<Settings>;
  readonly times?: number;
  readonly text?: string;
  readonly base64?: string;
  readonly size?: number;
  /** The parameters of a fault. */
  readonly with?: Readonly<Record<string, unknown>>;
}

/** A phrase said of an actor, read and checked. */
export interface Saying {
  readonly actor: string;
  readonly kind: ActorKind;
  /** The key of `PHRASES`. */
  readonly template: string;
  readonly slots: Readonly<Record<string, string>>;
  /** Whether it is waited for, or done. */
  readonly awaits: boolean;
  readonly options: StepOptions;
}

interface StepBase {
  /** As the file has it, on one line. */
  readonly text: string;
  readonly rules: readonly string[];
  readonly note?: string | undefined;
  readonly place?: Place | undefined;
  /** Milliseconds to wait. */
  readonly within?: number | undefined;
}

/** One actor does something, or is waited for. */
export interface SayingStep extends StepBase, Saying {
  readonly type: 'say';
}

/** What must not happen: for so long, or until something happens, or (neither given) up to the end of the scenario. */
export interface NeverStep extends StepBase {
  readonly type: 'never';
  readonly unwanted: readonly Saying[];
  readonly for?: number | undefined;
  readonly until?: Saying | undefined;
  /** How often it may happen after all; never unless told. */
  readonly moreThan: number;
}

/** All of these, in whatever order they come. */
export interface AnyOrderStep extends StepBase {
  readonly type: 'any-order';
  readonly steps: readonly SayingStep[];
}

/** The branch whose first step comes first. */
export interface OneOfStep extends StepBase {
  readonly type: 'one-of';
  readonly branches: readonly (readonly Step[])[];
}

/** The same steps several times over. */
export interface RepeatStep extends StepBase {
  readonly type: 'repeat';
  readonly times: number;
  readonly steps: readonly Step[];
}

export type Step = SayingStep | NeverStep | AnyOrderStep | OneOfStep | RepeatStep;

/** A scripted exchange: plain data, whether it was a file or `defineScenario()`. */
export interface Scenario {
  readonly version: typeof FORMAT_VERSION;
  /** `missed-pong`, as the file is called. */
  readonly name: string;
  readonly title: string;
  /** One sentence or two: who suffers when a client gets this wrong. */
  readonly why: string;
  /** Ids of the rules that it exercises. */
  readonly rules: readonly string[];
  readonly tags: readonly string[];
  readonly given: Given;
  readonly steps: readonly Step[];
  /** The file that it came from. */
  readonly file?: string | undefined;
}
