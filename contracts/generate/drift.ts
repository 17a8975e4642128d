import type { TranscriptEntry } from '../../reports/result.ts';

/** What a device was answered or sent, or what it came to know of its connection. */
export interface Heard {
  readonly device: string;
  /** A status, an action, `close 1000`. */
  readonly label: string;
  /** The number of the conversation's step, where it has steps. */
  readonly step?: number | undefined;
}

/** Where a conversation went another way than in its recording. */
export interface Drift {
  readonly device: string;
  readonly step?: number | undefined;
  /** What the recording has there; nothing where it has no more. */
  readonly recorded?: string | undefined;
  readonly came?: string | undefined;
}

/** What a server said in a conversation. */
export function heardIn(transcript: readonly TranscriptEntry[]): Heard[] {
  return transcript
    .filter(({ direction, kind }) => direction === 'in' && kind !== 'note')
    .map(({ device, label, step }) => ({ device, label, ...(step === undefined ? {} : { step }) }));
}

/**
 * Finds where each device first hears otherwise than in the recording, the earliest first. Between devices nothing is
 * compared: which of two hears first is no matter of the conversation.
 */
export function findDrifts(recording: readonly Heard[], came: readonly Heard[]): Drift[] {
  const devices = [...new Set([...recording, ...came].map(({ device }) => device))];
  return devices
    .flatMap((device) => {
      const before = recording.filter((heard) => heard.device === device);
      const now = came.filter((heard) => heard.device === device);
      const length = Math.max(before.length, now.length);
      const at = Array.from({ length }).findIndex((_, index) => before[index]?.label !== now[index]?.label);
      if (at < 0) return [];
      const [then, here] = [before[at], now[at]];
      return [{ device, step: here?.step ?? then?.step, recorded: then?.label, came: here?.label }];
    })
    .toSorted((a, b) => (a.step ?? 0) - (b.step ?? 0));
}

/** A drift as a line for a person. */
export function formatDrift({ device, step, recorded, came }: Drift): string {
  const where = step === undefined ? device : `step ${step}, ${device}`;
  if (came === undefined) return `${where}: the server did not answer as in the recording: no ${recorded}`;
  const instead =
    recorded === undefined ? `${came}, where the recording ends` : `${came} instead of ${recorded}`;
  return `${where}: the server answered otherwise than in the recording: ${instead}`;
}
