import { once } from 'node:events';
import { request as requestHttps } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificate } from '../../../simulator/host/certificate.ts';
import { connectInSilence, outcomeOf, upgradeAndStay } from '../../../test/stubborn-clients.ts';
import { openPort } from './port-host.ts';
import type { Door } from './stage.ts';

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
