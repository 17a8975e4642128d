import type { Failure } from '../result.ts';

const COLORS = 6;

/** Gives each device of a conversation its colour, `d0` to `d5`, the same in steps, diagram and transcript. */
export function deviceColors({
  steps,
  transcript,
}: Pick<Failure, 'steps' | 'transcript'>): Map<string, string> {
  const colors = new Map<string, string>();
  const devices = [
    ...transcript.map(({ device }) => device),
    ...steps.map((step) => splitStep(step).device ?? ''),
  ];
  for (const device of devices) {
    if (device !== '' && !colors.has(device)) colors.set(device, `d${colors.size % COLORS}`);
  }
  return colors;
}

/** Takes the device off the front of a step: `tv: creates a session`. */
export function splitStep(step: string): { device?: string; text: string } {
  const match = /^([^\s:]{1,40}): ([\s\S]+)$/.exec(step);
  return match?.[1] !== undefined && match[2] !== undefined
    ? { device: match[1], text: match[2] }
    : { text: step };
}
