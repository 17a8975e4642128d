import type { ClientPorts, ClientSocket, SocketListener } from '../../mutants/client/client-ports.ts';
import type { Pace } from '../pace.ts';
import type { Stage } from './stage.ts';

/** How long each frame is under way, in milliseconds. */
const LATENCY = 1;

/** What a client in this process connects to: nothing listens, so no request to another place gets through. */
export const DIRECT_URL = 'http://drisc.test';

/** Lets a client in this process in without a port, on the time of the case. */
export function openDirect(stage: Stage, { clock }: Pace, crash: () => void): ClientPorts {
  const after = (milliseconds: number, ring: () => void): (() => void) =>
    clock.setAlarm(clock.now() + milliseconds, async () => ring());
  return {
    after,
    crash,
    connect: (url, listener) => connect(stage, after, url, listener),
    async fetch(url, { method, headers, body }) {
      const answer = await stage.answer({ method, url, headers: lowerCase(headers), body });
      if (answer.kind === 'silent') return new Promise<Response>(() => {});
      if (answer.kind === 'broken') throw new TypeError('fetch failed: the connection broke');
      const text = answer.breaksOff ? breakOff(answer.body) : answer.body;
      return new Response(text, { status: answer.status, headers: answer.headers });
    },
  };
}

/** A body that ends in an error after its first bytes. */
function breakOff(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.error(new TypeError('terminated: the connection broke'));
    },
  });
}

function connect(
  stage: Stage,
  after: ClientPorts['after'],
  url: string,
  listener: SocketListener,
): ClientSocket {
  let link: number | undefined;
  let over = false;
  const toClient = (deliver: () => void): void => void after(LATENCY, deliver);
  const toServer = (deliver: (link: number) => void): void =>
    void after(LATENCY, () => link !== undefined && deliver(link));
  const end = (code: number, status?: number): void =>
    toClient(() => {
      if (over) return;
      over = true;
      listener.closed(code, status);
    });

  after(LATENCY, () => {
    if (over) return;
    const decision = stage.attempt(url);
    if (decision.kind === 'silent') return;
    if (decision.kind === 'refuse') return end(1006, decision.status || undefined);
    link = decision.link;
    toClient(() => over || listener.opened());
    stage.opened(link, url, {
      send: (data) => toClient(() => over || listener.heard(data)),
      close: (code) => end(code),
      cut: () => end(1006),
    });
  });
  return {
    send: (data) => toServer((to) => stage.said(to, data)),
    close(code = 1000) {
      toServer((to) => stage.gone(to, code, ''));
      end(code);
    },
  };
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
