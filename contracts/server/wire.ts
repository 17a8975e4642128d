import { WebSocket } from 'ws';
import { parseServerFrame } from '../../protocol/messages.ts';
import type { ServerMessage } from '../../protocol/messages.ts';
import type { TranscriptEntry } from '../../reports/result.ts';
import type { Record } from './record.ts';

/** A frame that a server sent: a message, or what is wrong with it. */
export interface ReceivedFrame {
  readonly at: number;
  readonly message: ServerMessage | undefined;
  readonly problem: string | undefined;
  readonly entry: TranscriptEntry;
  /** Whether somebody has accounted for it. */
  taken: boolean;
}

/** A device's WebSocket connection to a server under test: it writes down everything and judges nothing. */
export interface Wire {
  readonly state: 'connecting' | 'open' | 'refused' | 'closed';
  /** The status where the upgrade was refused. */
  readonly status: number | undefined;
  /** The code of the close frame; 1006 where the connection went without one. */
  readonly closeCode: number | undefined;
  readonly frames: readonly ReceivedFrame[];
  /** How many of its REQUESTED have got neither OK nor EXPIRED. */
  readonly unanswered: number;
  /** Whether it sends PONG by itself; off unless set. */
  answersPing: boolean;
  send(data: string | Uint8Array): void;
  sendAction(action: string): void;
  /** Sends a text message in several frames. */
  sendFragments(parts: readonly string[]): void;
  close(code?: number): void;
  /** Reads nothing more, so that neither a frame nor a close of the server is seen or acknowledged. */
  stopReading(): void;
  /** Reads on, beginning with what has come meanwhile. */
  readOn(): void;
  /** Drops the transport. */
  cut(): void;
}

/** Opens a connection; wait for `state` to leave `connecting`. */
export function openWire(record: Record, device: string, endpoint: string): Wire {
  return new RecordingWire(record, device, endpoint);
}

/** What `ws` calls the close of a connection that went without a close frame. */
const LOST = 1006;

class RecordingWire implements Wire {
  state: Wire['state'] = 'connecting';
  status: number | undefined;
  closeCode: number | undefined;
  answersPing = false;
  unanswered = 0;
  readonly frames: ReceivedFrame[] = [];
  readonly #record: Record;
  /** The device, or which of its connections this is. */
  readonly #lifeline: string;
  readonly #socket: WebSocket;
  #cut = false;
  /** Whether its end is our own doing. */
  #hasLeft = false;

  constructor(record: Record, device: string, endpoint: string) {
    this.#record = record;
    this.#lifeline = record.lifelines.begin(device, this);
    record.guestBook.connects(this, endpoint);
    this.#write('open', 'out', 'connects', endpoint);
    this.#socket = this.#connect(endpoint);
    this.#socket.on('open', () => {
      this.state = 'open';
      this.#write('open', 'in', 'open');
    });
    this.#socket.on('unexpected-response', (request, response) => {
      this.state = 'refused';
      this.status = response.statusCode;
      this.#write('open', 'in', `refused with ${response.statusCode}`);
      request.destroy();
    });
    this.#socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', (code) => this.#closed(code));
  }

  /** An endpoint that is no WebSocket URL is refused like one that leads nowhere. */
  #connect(endpoint: string): WebSocket {
    const options = { handshakeTimeout: 10_000, perMessageDeflate: false };
    try {
      return new WebSocket(endpoint, options);
    } catch (error) {
      this.#fail(error as Error);
      return new WebSocket('ws://127.0.0.1:0', options);
    }
  }

  send(data: string | Uint8Array): void {
    const text = typeof data === 'string' ? data : `${data.byteLength} bytes, binary`;
    this.#write('frame', 'out', text.length > 60 ? `${text.slice(0, 57)}…` : text, text.slice(0, 2000));
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(data);
  }

  sendAction(action: string): void {
    const raw = JSON.stringify({ action });
    this.#write('frame', 'out', action, raw);
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(raw);
    if (action === 'REQUESTED') this.unanswered += 1;
    this.#record.guestBook.says(this, action);
  }

  sendFragments(parts: readonly string[]): void {
    this.#write('frame', 'out', `${parts.length} fragments`, parts.join(''));
    parts.forEach((part, index) => this.#socket.send(part, { fin: index === parts.length - 1 }));
  }

  close(code = 1000): void {
    this.#hasLeft = true;
    this.#write('close', 'out', `close ${code}`);
    this.#socket.close(code);
  }

  stopReading(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  cut(): void {
    if (this.state === 'closed' || this.state === 'refused') return;
    this.#cut = true;
    this.#hasLeft = true;
    this.state = 'closed';
    this.#record.lifelines.end(this);
    this.#write('close', 'out', 'connection lost');
    this.#socket.terminate();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const raw = isBinary ? data : data.toString();
    const parsed = parseServerFrame(raw);
    const label = parsed.ok ? parsed.message.action : parsed.problem;
    const text = typeof raw === 'string' ? raw : raw.toString('base64');
    this.frames.push({
      at: this.#record.now(),
      message: parsed.ok ? parsed.message : undefined,
      problem: parsed.ok ? undefined : parsed.problem,
      entry: this.#record.write({ device: this.#lifeline, kind: 'frame', direction: 'in', label, raw: text }),
      taken: false,
    });
    if (label === 'OK' || label === 'EXPIRED') this.unanswered = Math.max(0, this.unanswered - 1);
    if (parsed.ok) this.#record.guestBook.hears(this, parsed.message.action);
    const isAnswered = this.answersPing && parsed.ok && parsed.message.action === 'PING';
    if (isAnswered) this.sendAction('PONG');
    // Written before the frame was stored: look again.
    this.#record.notify();
  }

  #fail(error: Error): void {
    if (this.state !== 'connecting') return;
    this.state = 'refused';
    this.#record.lifelines.end(this);
    this.#write('open', 'in', `cannot connect: ${error.message}`);
  }

  #closed(code: number): void {
    if (this.state !== 'refused') this.state = 'closed';
    this.closeCode = code;
    this.#record.lifelines.end(this);
    if (!this.#hasLeft && code !== LOST) this.#record.guestBook.seesClose(this);
    if (this.#cut || this.state === 'refused') this.#record.notify();
    else this.#write('close', 'in', `close ${code}`);
  }

  #write(kind: TranscriptEntry['kind'], direction: 'in' | 'out', label: string, raw?: string): void {
    this.#record.write({
      device: this.#lifeline,
      kind,
      direction,
      label,
      ...(raw === undefined ? {} : { raw }),
    });
  }
}
