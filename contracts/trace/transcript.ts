import type { TranscriptEntry } from '../../reports/result.ts';
import { redact } from '../../simulator/redact.ts';
import { createLifelines } from './lifelines.ts';
import type { Lifelines } from './lifelines.ts';
import type { Trace, TraceEvent } from './trace.ts';

/** How much of a body or frame a transcript shows, in characters. */
const MOST = 400;

/** Writes a trace as a report shows it: one device, `app` unless told; tokens masked. */
export function writeTranscript(trace: Trace, offending?: TraceEvent, device = 'app'): TranscriptEntry[] {
  const lifelines = createLifelines<number>();
  return trace.events.map((event) => ({
    at: event.at,
    device: event.kind === 'deed' ? event.actor : followLine(lifelines, event, device),
    ...describe(event),
    ...(event.injected === undefined ? {} : { injected: event.injected }),
    ...(event === offending ? { offending: true } : {}),
  }));
}

function followLine(lifelines: Lifelines<number>, event: TraceEvent, device: string): string {
  if (!('link' in event)) return device;
  if (event.kind === 'attempt') return lifelines.begin(device, event.link);
  if (event.kind === 'close' || event.kind === 'refused') lifelines.end(event.link);
  return lifelines.nameOf(event.link) ?? device;
}

type Entry = Omit<TranscriptEntry, 'at' | 'device' | 'injected' | 'offending'>;

function describe(event: TraceEvent): Entry {
  switch (event.kind) {
    case 'request':
      return {
        kind: 'request',
        direction: 'out',
        label: redact(`${event.method} ${event.target}`),
        raw: show(event.body),
      };
    case 'response':
      return event.status === 0
        ? { kind: 'response', direction: 'in', label: 'no answer, the connection breaks' }
        : { kind: 'response', direction: 'in', label: String(event.status), raw: show(event.body) };
    case 'attempt':
      return { kind: 'open', direction: 'out', label: `connects (${event.link})`, raw: show(event.url) };
    case 'refused':
      return {
        kind: 'open',
        direction: 'in',
        label:
          event.status === 0
            ? `no connection (${event.link})`
            : `refused with ${event.status} (${event.link})`,
      };
    case 'open':
      return { kind: 'open', direction: 'in', label: `connected (${event.link})` };
    case 'said':
      return { kind: 'frame', direction: 'out', label: nameFrame(event), raw: show(event.raw) };
    case 'told':
      return { kind: 'frame', direction: 'in', label: nameFrame(event), raw: show(event.raw) };
    case 'close':
      return describeClose(event);
    case 'playback':
      return { kind: 'playback', label: `${event.playing ? 'plays' : 'stops playing'}${witness(event)}` };
    case 'command':
      return {
        kind: 'command',
        label: `user: ${event.command.do}`,
        raw: show(JSON.stringify(event.command)),
      };
    case 'deed':
      return { kind: 'note', label: event.text };
    default:
      return describeSight(event);
  }
}

/** Says so where no machine saw it. */
function witness({ seenBy }: { seenBy?: 'person' | undefined }): string {
  return seenBy === undefined ? '' : ' (as a person saw it)';
}

function describeClose({ by, code, link }: TraceEvent & { kind: 'close' }): Entry {
  if (by === 'network') return { kind: 'close', label: `connection breaks (${link})` };
  return { kind: 'close', direction: by === 'client' ? 'out' : 'in', label: `close ${code} (${link})` };
}

type Sight = Extract<
  TraceEvent,
  { kind: 'ready' | 'ended' | 'limit' | 'taken-over' | 'error' | 'unsafe' | 'exited' }
>;

function describeSight(event: Sight): Entry {
  switch (event.kind) {
    case 'ready':
      return { kind: 'note', label: 'is ready' };
    case 'ended':
      return { kind: 'playback', label: 'the stream has ended' };
    case 'limit':
      return {
        kind: 'note',
        label: `${event.takeover ? 'shows the limit and offers takeover' : 'shows the limit'}${witness(event)}`,
        raw: show(JSON.stringify(event.sessions)),
      };
    case 'taken-over':
      return { kind: 'note', label: `says who took over: ${event.by ?? '(no name)'}${witness(event)}` };
    case 'error':
      return { kind: 'note', label: `shows an error: ${redact(event.message)}` };
    case 'unsafe':
      return { kind: 'note', label: event.what };
    case 'exited':
      return { kind: 'note', label: `ends with ${event.code ?? 'a signal'}` };
  }
}

function nameFrame({ action, binary, raw }: TraceEvent & { kind: 'said' | 'told' }): string {
  return action ?? (binary ? `${Buffer.from(raw, 'base64').length} bytes` : 'text');
}

function show(text: string): string {
  const masked = redact(text);
  return masked.length > MOST ? `${masked.slice(0, MOST)}… (${masked.length} characters)` : masked;
}
