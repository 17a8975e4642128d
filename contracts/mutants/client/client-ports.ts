/** A WebSocket as the reference client sees it: text and bytes, and a status where the upgrade is refused. */
export interface ClientSocket {
  send(data: string | Uint8Array): void;
  close(code?: number): void;
}

/** What a connection tells the client. */
export interface SocketListener {
  opened(): void;
  heard(data: string | Uint8Array): void;
  /** It is over, or never came about; `status` is that of a refused upgrade. */
  closed(code: number, status?: number): void;
}

/** Everything that the reference client needs of the world around it. */
export interface ClientPorts {
  fetch(
    url: string,
    init: { method: string; headers: Record<string, string>; body: string },
  ): Promise<Response>;
  connect(url: string, listener: SocketListener): ClientSocket;
  /** Ends the client, as an error that nobody caught does. */
  crash(): void;
  /** Calls `ring` after so many milliseconds; the result takes it back. */
  after(milliseconds: number, ring: () => void): () => void;
}
