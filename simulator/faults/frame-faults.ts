import { z } from 'zod';
import { CLIENT_ACTIONS, SERVER_ACTIONS } from '../../protocol/messages.ts';
import { defineFaultKinds, milliseconds } from './fault-kind.ts';
import type { Struck } from './faults.ts';

const anyWay = {
  direction: z
    .enum(['in', 'out'])
    .optional()
    .meta({ description: 'Only frames to the server (in), or only frames to the client (out).' }),
  action: z
    .enum([...SERVER_ACTIONS, ...CLIENT_ACTIONS])
    .optional()
    .meta({ description: 'Only frames of this action.' }),
};

const outward = {
  action: z.enum(SERVER_ACTIONS).optional().meta({ description: 'Only frames of this action.' }),
  // A parameter that cannot be set otherwise: it restricts the kind to frames that the server sends.
  direction: z.literal('out').default('out').meta({ description: 'Frames to the client.' }),
};

export const FRAME_FAULTS = defineFaultKinds('frame', {
  'lose-frame': {
    description: 'Frames get lost: with action OK no grant ever comes, with TAKE_OVER only the close comes.',
    parameters: anyWay,
  },
  'delay-frame': {
    description: 'Frames come late, and whatever follows in their direction waits behind them.',
    parameters: {
      ...anyWay,
      delay: milliseconds('How much later.').default(1_000),
      jitter: milliseconds('Up to this much more, drawn from the seed.').default(0),
    },
  },
  'repeat-frame': {
    description: 'Frames come more than once: OK twice, for one.',
    parameters: {
      ...anyWay,
      copies: z.int().min(2).max(100).default(2).meta({ description: 'How many come.' }),
    },
  },
  'wrong-case': {
    description: 'Frames have their action in lower case, which is another action.',
    parameters: outward,
  },
  'truncated-json': {
    description: 'Frames break off in the middle of the JSON.',
    parameters: outward,
  },
  'binary-frame': {
    description: 'Frames come as binary ones, with the same bytes.',
    parameters: outward,
  },
  'huge-frame': {
    description: 'Frames have a member that nobody knows, as large as told.',
    parameters: {
      ...outward,
      bytes: z
        .int()
        .min(1)
        .max(16 * 1024 * 1024)
        .default(1024 * 1024)
        .meta({ description: 'The size of that member.', unit: 'bytes' }),
    },
  },
  'fragmented-frame': {
    description: 'Messages come in fragments (RFC 6455, 5.4), which every client must put together.',
    parameters: {
      ...outward,
      fragments: z
        .int()
        .min(2)
        .max(1_000)
        .default(3)
        .meta({ description: 'How many, where the text is long enough.' }),
    },
  },
});

/** A frame on its way. */
export interface FrameOnWire {
  readonly data: string | Uint8Array;
  /** Milliseconds until it arrives. */
  readonly delay: number;
  /** It never arrives. */
  readonly lost: boolean;
  /** In how many fragments it is sent. */
  readonly fragments: number;
  /** The names of the faults that touched it. */
  readonly injected?: string | undefined;
}

/** What becomes of a frame under the faults that struck it: nothing, itself, something else, or several. */
export function disturbFrame(data: string | Uint8Array, struck: readonly Struck<'frame'>[]): FrameOnWire[] {
  const whole: FrameOnWire = { data, delay: 0, lost: false, fragments: 1 };
  return struck.reduce<FrameOnWire[]>(
    (frames, one) => frames.flatMap((frame) => disturb(mark(frame, one.fault.name), one)),
    [whole],
  );
}

function mark(frame: FrameOnWire, name: string): FrameOnWire {
  return { ...frame, injected: frame.injected === undefined ? name : `${frame.injected}, ${name}` };
}

function disturb(frame: FrameOnWire, { fault, roll }: Struck<'frame'>): FrameOnWire[] {
  switch (fault.kind) {
    case 'lose-frame':
      return [{ ...frame, lost: true }];
    case 'delay-frame':
      return [{ ...frame, delay: frame.delay + fault.delay + Math.floor(roll() * (fault.jitter + 1)) }];
    case 'repeat-frame': {
      const { injected: _, ...genuine } = frame;
      return [genuine, ...Array.from({ length: fault.copies - 1 }, () => frame)];
    }
    case 'wrong-case':
      return [{ ...frame, data: lowerAction(asText(frame.data)) }];
    case 'truncated-json': {
      const text = asText(frame.data);
      return [{ ...frame, data: text.slice(0, Math.ceil(text.length / 2)) }];
    }
    case 'binary-frame':
      return [{ ...frame, data: new TextEncoder().encode(asText(frame.data)) }];
    case 'huge-frame':
      return [{ ...frame, data: pad(asText(frame.data), fault.bytes) }];
    case 'fragmented-frame':
      return [{ ...frame, fragments: fault.fragments }];
  }
}

function asText(data: string | Uint8Array): string {
  return typeof data === 'string' ? data : new TextDecoder().decode(data);
}

function lowerAction(text: string): string {
  return text.replace(/"action":"(\w+)"/, (_, action: string) => `"action":"${action.toLowerCase()}"`);
}

function pad(text: string, bytes: number): string {
  return text.replace(/\}$/, `,"padding":"${'x'.repeat(bytes)}"}`);
}
