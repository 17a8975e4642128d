/** A WebSocket connection as the runtime sees it: a host translates it to its library's own. */
export interface Connection {
  readonly id: string;
  /** Sends a text frame, or a binary one; in as many fragments as told, where the text is long enough. */
  send(data: string | Uint8Array, fragments?: number): void;
  /** Starts the closing handshake. */
  close(code: number, reason: string): void;
  /** Drops the transport without a close frame. */
  cut(): void;
}
