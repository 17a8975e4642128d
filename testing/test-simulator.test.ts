import { decodeJwt } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { connect, create, post, request } from '../test/socket-device.ts';
import type { SocketDevice } from '../test/socket-device.ts';
import type { TestSimulatorOptions } from './options.ts';
import type { TestSimulator } from './test-simulator.ts';
import { startTestSimulator } from './vitest.ts';

const toClose: TestSimulator[] = [];
afterEach(async () => {
  for (const drisc of toClose.splice(0)) await drisc.close();
});

async function start(options: TestSimulatorOptions = {}): Promise<TestSimulator> {
  const drisc = await startTestSimulator({ offers: [{ id: 'S1', limit: 2 }], patience: 20_000, ...options });
  toClose.push(drisc);
  return drisc;
}

/** An app of the test's customer that has asked for a session and was told OK. */
async function play({ simulator, customerId }: TestSimulator, name = 'Kitchen'): Promise<SocketDevice> {
  const app = await request(simulator, name, { customerId });
  expect(await app.next()).toEqual({ action: 'OK' });
  return app;
}

describe('the session of the app', () => {
  it('is waited for', async () => {
    const drisc = await start();
    const session = drisc.session();
    await play(drisc);
    expect(await session).toMatchObject({ name: 'Kitchen', state: 'connected.quiet' });
  });

  it('is no other device’s', async () => {
    const drisc = await start();
    await drisc.device('Living room TV');
    await play(drisc);
    expect(await drisc.session()).toMatchObject({ name: 'Kitchen' });
  });

  it('has to be named where there are several', async () => {
    const drisc = await start();
    await play(drisc);
    await play(drisc, 'Bedroom');
    await expect(drisc.session()).rejects.toThrow(
      'several sessions are meant: "Kitchen", "Bedroom"; name one: { name: … }',
    );
    expect(await drisc.session({ name: 'Bedroom' })).toMatchObject({ name: 'Bedroom' });
  });

  it('is said to be missed, with what the app did instead', async () => {
    const drisc = await start({ patience: 1 });
    const missed = (message: string) =>
      expect(drisc.session()).rejects.toMatchObject({ code: 'NothingCame', message });
    await missed('the app holds no session; it has requested nothing of this simulator');
    await post(drisc.simulator, '/sessions', { offerId: 'S9' });
    await missed('the app holds no session; its requests were answered 404');
    await create(drisc.simulator, 'Kitchen');
    await missed('the app holds no session that has been told OK, only "Kitchen" (pending.quiet)');
  });
});

describe('what a test does to the app', () => {
  it('is heard by it: a takeover, by name', async () => {
    const drisc = await start();
    const app = await play(drisc);
    const tv = await drisc.takeOver('Living room TV');
    expect(await app.next()).toEqual({ action: 'TAKE_OVER', sessionName: 'Living room TV' });
    expect(await app.closed).toBe(1000);
    expect(tv.received).toEqual([{ action: 'OK' }]);
  });

  it('is answered: a PING', async () => {
    const drisc = await start();
    const app = await play(drisc);
    const pinged = drisc.ping();
    expect(await app.next()).toEqual({ action: 'PING' });
    app.send('PONG');
    await pinged;
    expect(drisc.said()).toEqual(['REQUESTED', 'PONG']);
  });

  it('is missed where the app does not answer: a PING', async () => {
    const drisc = await start({ patience: 500 });
    await play(drisc);
    await expect(drisc.ping()).rejects.toMatchObject({
      code: 'NothingCame',
      message: 'the app has left a PING unanswered for 500 ms',
    });
  });

  it('breaks its connection and leaves its session', async () => {
    const drisc = await start();
    const app = await play(drisc);
    const { id } = await drisc.session();
    await drisc.cut();
    expect(await app.closed).toBe(1006);
    const again = await connect(app.endpoint);
    again.send('REQUESTED');
    expect(await drisc.session()).toMatchObject({ id });
  });

  it.each([
    ['expire', 'EXPIRED'],
    ['terminate', 'TERMINATE'],
  ] as const)('ends its session: %s', async (deed, action) => {
    const drisc = await start();
    const app = await play(drisc);
    await drisc[deed]();
    expect(await app.next()).toEqual({ action });
  });

  it('goes wrong on purpose until it recovers', async () => {
    const drisc = await start();
    expect(drisc.fault({ kind: 'http-error', status: 503 })).toMatchObject({ name: 'http-error' });
    expect((await post(drisc.simulator, '/sessions', { offerId: 'S1' })).status).toBe(503);
    drisc.recover();
    expect((await post(drisc.simulator, '/sessions', { offerId: 'S1' })).status).toBe(200);
  });
});

describe('another device', () => {
  it('takes a place, and is refused where there is none', async () => {
    const drisc = await start({ limit: 1 });
    const tv = await drisc.device('Living room TV');
    expect(tv.connected).toBe(true);
    await expect(drisc.device('Bedroom')).rejects.toMatchObject({
      code: 'NotGranted',
      message: 'Bedroom was not granted a session: limit-reached',
    });
  });

  it('does not take over where that is switched off', async () => {
    const drisc = await start({ takeover: false });
    await play(drisc);
    await expect(drisc.takeOver('TV')).rejects.toThrow('TV was not granted a session: takeover-disabled');
  });
});

describe('the terms', () => {
  it('change for everybody, at once', async () => {
    const drisc = await start();
    const ask = async () => (await post(drisc.simulator, '/sessions', { offerId: 'S1' })).status;
    drisc.change({ limit: 0, settings: { limitStatus: 429 } });
    expect(await ask()).toBe(429);
    drisc.change({ enabled: false });
    expect(await ask()).toBe(200);
    expect(await drisc.simulator.sessions.list()).toEqual([]);
    expect(() => drisc.change({ limit: -1 })).toThrow('limit: expected 0 or more whole sessions, got -1');
  });

  it('are refused where they are wrong', async () => {
    await expect(startTestSimulator({ limit: 0.5 })).rejects.toThrow(TypeError);
    const wrong = { clock: 'fast' } as unknown as TestSimulatorOptions;
    await expect(startTestSimulator(wrong)).rejects.toThrow('clock: expected real or virtual, got "fast"');
    await expect(startTestSimulator({ origin: 'drisc.example.com' })).rejects.toThrow(
      'expected a URL such as',
    );
  });
});

describe('virtual time', () => {
  it('stands still until it is advanced, and tokens are good by the wall clock', async () => {
    const drisc = await start({ clock: 'virtual' });
    const app = await play(drisc);
    const { exp = 0 } = decodeJwt(await drisc.token());
    expect(Math.abs(exp * 1000 - Date.now() - 15 * 60_000)).toBeLessThan(60_000);
    await drisc.device('Living room TV');
    expect(await app.next()).toEqual({ action: 'PING' });
    expect(await drisc.advance(5_000)).toMatchObject([{ timer: 'pongTimeout' }]);
    expect(await app.closed).toBe(1008);
  });
});

describe('the evidence', () => {
  it('is none where nothing was seen, and has no token in it', async () => {
    const drisc = await start();
    expect(drisc.evidence()).toEqual([]);
    const app = await play(drisc);
    const token = new URL(app.endpoint).searchParams.get('token')!;
    expect(JSON.stringify(drisc.journal.entries())).toContain(token);
    const evidence = drisc.evidence();
    expect(evidence.map(({ name }) => name)).toEqual([
      'drisc-transcript.txt',
      'drisc-journal.jsonl',
      'drisc.har',
    ]);
    expect(evidence.filter(({ body }) => /eyJ[\w-]+\./.test(body))).toEqual([]);
    expect(drisc.transcript()).toMatch(/app\s+│◀─+ OK │/);
  });
});
