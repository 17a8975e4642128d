import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificate } from '../../../simulator/host/certificate.ts';
import { connectInSilence, outcomeOf, upgradeAndStay } from '../../../test/stubborn-clients.ts';
import { openPort } from './port-host.ts';
import type { Door, StageRequest } from './stage.ts';

const left: { destroy(): unknown }[] = [];
afterEach(() => left.splice(0).forEach((socket) => void socket.destroy()));

/** A stage that decides on every WebSocket in the same way. */
function doorThat(decision: ReturnType<Door['attempt']>): Door {
  return {
    attempt: () => decision,
    answer: async () => ({ kind: 'response', status: 204, headers: {}, body: '', breaksOff: false }),
    opened() {},
    said() {},
    gone() {},
  };
}

describe('a stage behind a port closes', () => {
  it.each([{ kind: 'silent' }, { kind: 'refuse', status: 401 }] as const)(
    'while a client stays whose upgrade it met with $kind',
    async (decision) => {
      const host = await openPort(doorThat(decision));
      const socket = await upgradeAndStay(`${host.url}/connect`);
      left.push(socket);
      if (decision.kind === 'refuse') await once(socket, 'data');
      // The host has the one that came before by then.
      else await fetch(host.url);
      expect(await outcomeOf(host.close())).toBe('closed');
    },
  );

  it('while a client has not said a word of its TLS handshake', async () => {
    const tls = await createCertificate(['127.0.0.1'], Date.now());
    const host = await openPort(doorThat({ kind: 'silent' }), { tls });
    left.push(await connectInSilence(host.url));
    const asked = requestHttps(host.url, { ca: tls.cert, agent: false }).end();
    await once(asked, 'response');
    expect(await outcomeOf(host.close())).toBe('closed');
  });
});

it('hands over the body of a client that offers another protocol on the way', async () => {
  const came: StageRequest[] = [];
  const attempts: string[] = [];
  const door = {
    async answer(request: StageRequest) {
      came.push(request);
      return { kind: 'response', status: 200, headers: {}, body: '{}', breaksOff: false };
    },
    attempt(url: string) {
      attempts.push(url);
      return { kind: 'refuse', status: 401 };
    },
  } as unknown as Door;
  await using port = await openPort(door);
  const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABk' };
  const request = requestHttp(`${port.url}/sessions`, { method: 'POST', headers });
  request.end('{"offerId":"S100_US"}');
  await once(request, 'response');
  expect(came).toMatchObject([
    { method: 'POST', body: '{"offerId":"S100_US"}', headers: { upgrade: 'h2c' } },
  ]);
  expect(attempts).toEqual([]);
});
