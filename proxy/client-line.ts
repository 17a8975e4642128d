import type { Agent, ClientRequest, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Target } from './target.ts';

/**
 * A client's HTTP connection and its own one to the target. The two live and die together, so that neither side meets a
 * connection that is older or younger than it would be without the proxy.
 */
export interface ClientLine {
  readonly agent: Agent;
  /** A request is on its way over it. */
  carry(request: ClientRequest, outgoing: ServerResponse): void;
}

/** @param socket the client's; the agent is destroyed with it */
export function createClientLine(socket: Socket, target: Target): ClientLine {
  const agent = target.createAgent();
  const known = new WeakSet<Socket>();
  let underway = 0;
  socket.setNoDelay(true);
  socket.once('close', () => agent.destroy());

  function follow(remote: Socket): void {
    if (known.has(remote)) return;
    known.add(remote);
    remote.once('close', () => {
      if (underway === 0) socket.end();
    });
  }

  return {
    agent,
    carry(request, outgoing) {
      underway += 1;
      outgoing.once('close', () => (underway -= 1));
      request.once('socket', follow);
    },
  };
}
