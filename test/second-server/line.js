import { hasFault } from './faults.js';

/** One WebSocket connection. It serves the session that its endpoint's token names, and no other. */
class Line {
  #socket;
  #ended = false;

  constructor(socket, sessionId, book) {
    this.#socket = socket;
    this.sessionId = sessionId;
    this.book = book;
    socket.on('message', (data, isBinary) => {
      // A closing socket still delivers what the client had sent: it has no effect any more.
      if (!this.#ended && !isBinary) this.#receive(data.toString('utf8'));
    });
    socket.on('close', () => book.lose(this));
    socket.on('error', () => undefined);
  }

  send(message) {
    const text = JSON.stringify(message);
    if (!this.#ended) this.#socket.send(hasFault('sends-buffers') ? Buffer.from(text) : text);
  }

  /** Says a last word, if there is one, closes, and is deaf and mute from then on. */
  end(code, message) {
    const isTold = (action) => message?.action === action;
    if (hasFault('take-over-after-close') && isTold('TAKE_OVER')) this.#socket.close(code);
    if (hasFault('late-take-over') && isTold('TAKE_OVER')) {
      setTimeout(() => (this.send(message), this.#socket.close(code)), 200);
      return;
    }
    if (message) this.send(message);
    this.#ended = !(hasFault('stale-line-steals') && isTold('TERMINATE'));
    this.#socket.close(code);
  }

  #receive(text) {
    const action = actionOf(text);
    if (action === 'REQUESTED') this.book.associate(this);
    else if (action === 'PONG') this.book.answer(this);
    else if (action === 'FINISHED') this.book.finish(this);
  }
}

/** Serves a connection from now on, for the session that its token names. */
export const serveLine = (socket, sessionId, book) => void new Line(socket, sessionId, book);

const actionOf = (text) => {
  try {
    const message = JSON.parse(text);
    return Array.isArray(message) ? undefined : message?.action;
  } catch {
    return undefined;
  }
};
