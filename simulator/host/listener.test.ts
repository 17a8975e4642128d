import { once } from 'node:events';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { create } from '../../test/socket-device.ts';
import { connectInSilence, outcomeOf, upgradeAndStay } from '../../test/stubborn-clients.ts';
import { createSimulator } from '../simulator.ts';
import type { Simulator } from '../simulator.ts';
import { createCertificate } from './certificate.ts';
import type { ListenOptions } from './listener.ts';

const left: { destroy(): unknown }[] = [];
afterEach(() => left.splice(0).forEach((socket) => void socket.destroy()));

async function listen(options: ListenOptions = {}): Promise<Simulator> {
  const simulator = createSimulator({ offers: [{ id: 'S1' }] });
  await simulator.listen(options);
  return simulator;
}

function leave(socket: Socket): Socket {
  left.push(socket);
  return socket;
}

/** Asks for anything, and so lets the server have whoever came before. */
async function fetchSecurely(url: string, ca: string): Promise<void> {
  const asked = requestHttps(`${url}/_drisc/health`, { ca, agent: false }).end();
  const [answer] = await once(asked, 'response');
  answer.resume();
}

describe('a simulator closes', () => {
  it('while a client has not said a word of its TLS handshake', async () => {
    const tls = await createCertificate(['127.0.0.1'], Date.now());
    const simulator = await listen({ tls });
    leave(await connectInSilence(simulator.url));
    await fetchSecurely(simulator.url, tls.cert);
    expect(await outcomeOf(simulator.close())).toBe('closed');
  });

  it('while a client speaks WebSocket over TLS, which hears of it', async () => {
    const tls = await createCertificate(['127.0.0.1'], Date.now());
    const simulator = await listen({ tls });
    const token = await simulator.token({ customerId: 'c1' });
    const asked = requestHttps(`${simulator.url}/sessions`, {
      method: 'POST',
      ca: tls.cert,
      headers: { authorization: `Bearer ${token}` },
    }).end('{"offerId":"S1"}');
    const [answer] = await once(asked, 'response');
    const { endpoint } = JSON.parse(String((await answer.toArray())[0])) as { endpoint: string };
    const client = new WebSocket(endpoint, { ca: tls.cert });
    left.push({ destroy: () => client.terminate() });
    await once(client, 'open');
    const gone = once(client, 'close');
    // It neither answers the close frame nor lets go of the transport.
    client.pause();
    expect(await outcomeOf(simulator.close())).toBe('closed');
    client.resume();
    await gone;
  });

  it('while a client that was refused a WebSocket keeps its half of the connection open', async () => {
    const simulator = await listen();
    const socket = leave(await upgradeAndStay(`${simulator.url}/connect?token=x`));
    const [heard] = await once(socket, 'data');
    expect(String(heard)).toContain('401 Unauthorized');
    expect(await outcomeOf(simulator.close())).toBe('closed');
  });

  it('while a client answers its close with what is no frame', async () => {
    const simulator = await listen();
    const socket = leave(await upgradeAndStay(await create(simulator)));
    await once(socket, 'data');
    socket.on('data', () => socket.write(Uint8Array.of(0xf1, 0x80, 1, 2, 3, 4)));
    expect(await outcomeOf(simulator.close())).toBe('closed');
  });
});

it('lets go of a client that it refused a WebSocket, which may stay as long as it likes', async () => {
  await using simulator = await listen();
  const socket = leave(await upgradeAndStay(`${simulator.url}/connect?token=x`));
  socket.resume();
  await once(socket, 'end');
  // Nobody is there any more: what is sent now meets no reader.
  const sending = setInterval(() => socket.write('x'), 10);
  const [error] = await once(socket, 'error').finally(() => clearInterval(sending));
  expect(error.code).toMatch(/^(EPIPE|ECONNRESET)$/);
});
