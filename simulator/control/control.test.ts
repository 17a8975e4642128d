import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, describe, expect, it } from 'vitest';
import { createScenarioCollection } from '../../scenarios/collection.ts';
import { createScenarioSwitch } from '../../scenarios/live/scenario-switch.ts';
import { connect, create, post, request } from '../../test/socket-device.ts';
import { createVirtualClock } from '../clock.ts';
import type { Simulator, SimulatorOptions } from '../index.ts';
import { createSimulator } from '../simulator.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { describeControlApi } from './openapi.ts';
import { OPERATIONS } from './operations.ts';

const open: Simulator[] = [];
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close();
});

const token = 'control-token';

async function listen(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = createSimulator({
    clock: createVirtualClock(),
    offers: [{ id: 'S1', tags: ['live'], limit: 2 }],
    control: { token },
    ...options,
  });
  open.push(simulator);
  await simulator.listen();
  return simulator;
}

const document = describeControlApi(OPERATIONS) as any;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addFormat('base64', true);
ajv.addSchema(document, 'api');

/** The operations that were called and whose answer fitted; the last test looks whether any is missing. */
const called = new Set<string>();

/** Calls an operation over a port and holds its answer against the document. */
async function call(
  simulator: Simulator,
  id: string,
  { path = {}, query = {}, body, status = 200 }: Record<string, any> = {},
): Promise<any> {
  const operation = OPERATIONS.find((candidate) => candidate.id === id);
  if (!operation) throw new Error(`no operation ${id}`);
  const route = operation.route.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(path[name]));
  const url = `${simulator.url}/_drisc${route}?${new URLSearchParams(query)}`;
  const answer = await fetch(url, {
    method: operation.method.toUpperCase(),
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect(`${answer.status} ${answer.status === status ? '' : text}`).toBe(`${status} `);
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  const pointer = [
    'paths',
    operation.route,
    operation.method,
    'responses',
    String(status),
    'content',
    type,
    'schema',
  ];
  const reference = pointer
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const validate = ajv.compile({ $ref: `api#/${reference}` });
  const value = type === 'application/json' ? JSON.parse(text) : text;
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
  if (status === 200) called.add(id);
  return value;
}

describe('the control API', () => {
  it('serves an OpenAPI document that a third-party validator accepts', async () => {
    const simulator = await listen();
    const served = await (await fetch(`${simulator.url}/_drisc/openapi.json`)).json();
    expect(served).toEqual(document);
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  it('refuses whoever has no token, and says how to send it', async () => {
    const simulator = await listen();
    for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
      const answer = await fetch(`${simulator.url}/_drisc/pools`, { headers });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'Unauthorized' });
    }
    expect((await fetch(`${simulator.url}/_drisc/pools?access_token=${token}`)).status).toBe(200);
    expect((await fetch(`${simulator.url}/_drisc/health`)).status).toBe(200);
  });

  it('lets programs of this machine in without one where that is set, but no page of another origin', async () => {
    const simulator = await listen({ control: { token, openToLoopback: true } });
    expect((await fetch(`${simulator.url}/_drisc/pools`)).status).toBe(200);
    const page = { headers: { origin: 'http://evil.example' } };
    expect((await fetch(`${simulator.url}/_drisc/pools`, page)).status).toBe(401);
    expect((await fetch(`${simulator.url}/_drisc/pools?access_token=wrong`)).status).toBe(401);
  });

  it('acts on sessions', async () => {
    const simulator = await listen();
    const device = await request(simulator);
    expect(await device.next()).toEqual({ action: 'OK' });
    const { sessions } = await call(simulator, 'list-sessions', { query: { customerId: 'c1' } });
    const path = { sessionId: sessions[0].id };
    expect(await call(simulator, 'get-session', { path })).toMatchObject({
      name: 'Sofa',
      state: 'connected.quiet',
    });
    await call(simulator, 'ping-session', { path });
    expect(await device.next()).toEqual({ action: 'PING' });
    await call(simulator, 'terminate-session', { path });
    expect(await device.next()).toEqual({ action: 'TERMINATE' });
    const back = await connect(device.endpoint);
    back.send('REQUESTED');
    expect(await back.next()).toEqual({ action: 'OK' });
    const { sessionId } = await call(simulator, 'take-over-session', { path, body: { sessionName: 'Bed' } });
    expect(await back.next()).toEqual({ action: 'TAKE_OVER', sessionName: 'Bed' });
    const { pools } = await call(simulator, 'list-pools');
    expect(pools).toMatchObject([{ limit: 2, sessions: [{ id: sessionId }] }]);
    await call(simulator, 'expire-session', { path: { sessionId } });
    await call(simulator, 'expire-session', { path: { sessionId }, status: 404 });
  });

  it('acts on connections', async () => {
    const simulator = await listen();
    const device = await request(simulator);
    expect(await device.next()).toEqual({ action: 'OK' });
    const { connections } = await call(simulator, 'list-connections');
    const path = { connectionId: connections[0].id };
    await call(simulator, 'send-frame', { path, body: { text: 'any "text"\n🎬' } });
    expect(await device.next()).toBe('any "text"\n🎬');
    await call(simulator, 'close-connection', { path, body: { code: 4001, reason: 'because' } });
    expect(await device.closed).toBe(4001);
    await call(simulator, 'close-connection', { path, body: { code: 1006 }, status: 400 });
    const back = await connect(device.endpoint);
    const [again] = (await call(simulator, 'list-connections')).connections;
    await call(simulator, 'cut-connection', { path: { connectionId: again.id } });
    expect(await back.closed).toBe(1006);
    await call(simulator, 'cut-connection', { path, status: 404 });
  });

  it('closes with no reason that is too long for a close frame, which has room for 123 bytes', async () => {
    const simulator = await listen();
    const device = await request(simulator);
    expect(await device.next()).toEqual({ action: 'OK' });
    const [{ id }] = (await call(simulator, 'list-connections')).connections;
    const close = (reason: string, status?: number) =>
      call(simulator, 'close-connection', { path: { connectionId: id }, body: { reason }, status });
    await close('é'.repeat(62), 400);
    await expect(simulator.runtime.drop(id, 1000, 'é'.repeat(62))).rejects.toThrow(TypeError);
    expect((await call(simulator, 'list-connections')).connections).toHaveLength(1);
    await call(simulator, 'send-frame', { path: { connectionId: id }, body: { text: 'still here' } });
    expect(await device.next()).toBe('still here');
    await close(`${'é'.repeat(61)}.`);
    expect(await device.closed).toBe(1000);
  });

  it('plays ghosts that answer, do not answer, or have died', async () => {
    const simulator = await listen();
    const body = { customerId: 'c1', offerId: 'S1' };
    const obedient = await call(simulator, 'add-ghost', { body: { ...body, name: 'Tablet' } });
    expect(obedient).toMatchObject({ connected: true, received: ['OK'], behaviour: 'obedient' });
    const zombie = await call(simulator, 'add-ghost', { body: { ...body, behaviour: 'zombie' } });
    expect(zombie.connected).toBe(false);
    await call(simulator, 'add-ghost', { body, status: 409 });
    const { fired } = await call(simulator, 'advance-clock', { body: { by: 5_000 } });
    expect(fired).toMatchObject([{ timer: 'pongTimeout', sessionId: zombie.sessionId }]);
    const path = { ghostId: obedient.id };
    await call(simulator, 'change-ghost', { path, body: { behaviour: 'mute' } });
    await call(simulator, 'cut-ghost', { path });
    expect(await call(simulator, 'reconnect-ghost', { path })).toMatchObject({ connected: true });
    await call(simulator, 'send-as-ghost', { path, body: { action: 'PONG' } });
    const by = await call(simulator, 'add-ghost', { body: { ...body, takeOver: obedient.sessionId } });
    expect((await call(simulator, 'list-ghosts')).ghosts).toMatchObject([
      { received: expect.arrayContaining(['TAKE_OVER']), connected: false },
      { behaviour: 'zombie' },
      { id: by.id },
    ]);
    await call(simulator, 'remove-ghost', { path: { ghostId: by.id } });
    await call(simulator, 'remove-ghost', { path: { ghostId: by.id }, status: 404 });
    expect(await simulator.sessions.list()).toEqual([]);
  });

  it('leaves no ghost behind where a takeover or a create is refused', async () => {
    const simulator = await listen();
    await create(simulator);
    const [session] = await simulator.sessions.list();
    await call(simulator, 'change-publisher', { path: { publisherId: '1000' }, body: { takeover: false } });
    const path = { sessionId: session?.id };
    await call(simulator, 'take-over-session', { path, body: {}, status: 409 });
    const ghost = { customerId: 'c1', offerId: 'S1', takeOver: session?.id };
    await call(simulator, 'add-ghost', { body: ghost, status: 409 });
    expect(await call(simulator, 'list-ghosts')).toEqual({ ghosts: [] });
  });

  it('leaves no ghost behind where its session cannot even be asked for', async () => {
    const store = createMemoryStore();
    const simulator = await listen({ store });
    await create(simulator);
    const [session] = await simulator.sessions.list();
    store.update = () => Promise.reject(new Error('the store is away'));
    for (const [route, body] of [
      [`/sessions/${session?.id}/take-over`, {}],
      ['/ghosts', { customerId: 'c1', offerId: 'S1' }],
    ] as const) {
      const asked = {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { authorization: `Bearer ${token}` },
      };
      expect((await fetch(`${simulator.url}/_drisc${route}`, asked)).status).toBe(500);
    }
    expect(await call(simulator, 'list-ghosts')).toEqual({ ghosts: [] });
  });

  it('switches DRISC and takeover, changes limits and settings', async () => {
    const simulator = await listen();
    const publisher = { publisherId: '1000' };
    await call(simulator, 'change-publisher', { path: publisher, body: { enabled: false } });
    expect(await (await post(simulator, '/sessions', { offerId: 'S1' })).json()).toMatchObject({
      enabled: false,
    });
    await call(simulator, 'change-publisher', { path: publisher, body: { enabled: true, takeover: false } });
    await call(simulator, 'change-offer', { path: { offerId: 'S1' }, body: { limit: 0 } });
    await call(simulator, 'change-settings', { body: { limitStatus: 429 } });
    const refused = await post(simulator, '/sessions', { offerId: 'S1' });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ details: { takeOverEnabled: false } });
    expect(await call(simulator, 'show-configuration')).toMatchObject({ settings: { limitStatus: 429 } });
    await call(simulator, 'change-settings', { body: { limitStatuss: 429 }, status: 400 });
    await call(simulator, 'change-offer', { path: { offerId: 'S2' }, body: { limit: 0 }, status: 404 });
    await call(simulator, 'change-publisher', { path: { publisherId: '2' }, body: {}, status: 404 });
  });

  it('mints tokens', async () => {
    const simulator = await listen();
    const ask = async (flaw?: string) => {
      const minted = await call(simulator, 'mint-token', { body: { customerId: '7', flaw } });
      const headers = { authorization: `Bearer ${minted.token}` };
      return (await fetch(`${simulator.url}/sessions`, { method: 'POST', headers, body: '{"offerId":"S1"}' }))
        .status;
    };
    expect(await ask()).toBe(200);
    expect(await ask('expired')).toBe(401);
  });

  it('adds, lists and clears faults', async () => {
    const simulator = await listen();
    const added = await call(simulator, 'add-fault', { body: { kind: 'http-error', status: 500, times: 1 } });
    expect(added).toMatchObject({ fault: { name: 'http-error' }, struck: 0, left: 1, active: true });
    expect((await post(simulator, '/sessions', { offerId: 'S1' })).status).toBe(500);
    expect(await call(simulator, 'list-faults')).toMatchObject({
      faults: [{ struck: 1, left: 0, active: false }],
    });
    await call(simulator, 'remove-fault', { path: { name: 'http-error' } });
    await call(simulator, 'remove-fault', { path: { name: 'http-error' }, status: 404 });
    await call(simulator, 'add-fault', { body: { kind: 'no-such' }, status: 400 });
    await call(simulator, 'clear-faults');
  });

  it('shows and advances the clock, and refuses to where it is the real one', async () => {
    const simulator = await listen();
    await create(simulator);
    const { now, timers } = await call(simulator, 'show-clock');
    expect(timers).toMatchObject([{ at: now + 30_000, timer: 'pendingTimeout' }]);
    expect(await call(simulator, 'advance-clock', { body: { by: 30_000 } })).toMatchObject({
      now: now + 30_000,
      fired: [{ at: now + 30_000, timer: 'pendingTimeout', customerId: 'c1', offerId: 'S1' }],
    });
    expect(await call(simulator, 'health')).toMatchObject({ clock: 'virtual', sessions: 0 });
    const real = createSimulator({ control: { token } });
    open.push(real);
    await real.listen();
    await call(real, 'advance-clock', { body: { by: 1 }, status: 409 });
  });

  it('reads, exports, follows and waits for the journal', async () => {
    const simulator = await listen();
    const awaited = call(simulator, 'wait-for-entry', { query: { kind: 'frame', action: 'OK', after: 0 } });
    const stream = await fetch(`${simulator.url}/_drisc/journal/stream?kind=frame&access_token=${token}`);
    const device = await request(simulator);
    expect(await device.next()).toEqual({ action: 'OK' });
    expect(await awaited).toMatchObject({ direction: 'out', action: 'OK' });
    const { entries, last } = await call(simulator, 'read-journal', {
      query: { kind: 'frame', customerId: 'c1' },
    });
    expect(entries.map(({ action }: any) => action)).toEqual(['REQUESTED', 'OK']);
    expect(last).toBeGreaterThanOrEqual(entries.at(-1).seq);

    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let streamed = '';
    while (!streamed.includes('"OK"')) streamed += (await reader.read()).value;
    expect(streamed).toMatch(/^id: \d+\nevent: entry\ndata: \{/m);
    await reader.cancel();
    called.add('follow-journal');

    const lines = (await call(simulator, 'export-journal', { query: { kind: 'frame' } })).trim().split('\n');
    expect(lines.map((line: string) => JSON.parse(line).action)).toEqual(['REQUESTED', 'OK']);
    expect((await call(simulator, 'export-har')).log.entries).toHaveLength(2);
    await call(simulator, 'wait-for-entry', { query: { action: 'EXPIRED', timeout: 1 }, status: 408 });
  });

  it('resets one customer and leaves the others alone', async () => {
    const simulator = await listen();
    const one = await request(simulator, 'One', { customerId: 'c1' });
    const two = await request(simulator, 'Two', { customerId: 'c2' });
    await call(simulator, 'reset', { body: { customerId: 'c1' } });
    expect(await one.closed).toBe(1000);
    await two.roundTrip();
    expect((await simulator.sessions.list()).map(({ customerId }) => customerId)).toEqual(['c2']);
  });

  it('says which rules an entry bears on, with level, sentence and clause', async () => {
    const simulator = await listen();
    await (await request(simulator)).roundTrip();
    const { entries } = await call(simulator, 'read-journal', { query: { action: 'REQUESTED' } });
    expect(entries[0].rules).toContain('server/connection/ok-upon-requested');
    const { rules } = await call(simulator, 'show-entry-rules', { path: { seq: entries[0].seq } });
    expect(rules.map(({ id }: any) => id)).toEqual(entries[0].rules);
    expect(rules).toContainEqual({
      id: 'client/gate/requested-first',
      level: 'MUST',
      title: 'says REQUESTED first on every connection',
      text: expect.stringContaining('REQUESTED'),
      clause: expect.stringMatching(/^5\.\d+$/),
      why: expect.any(String),
    });
    const notes = simulator.journal.write({}, { kind: 'note', text: 'nobody sent this' });
    expect(await call(simulator, 'show-entry-rules', { path: { seq: notes.seq } })).toEqual({ rules: [] });
    await call(simulator, 'show-entry-rules', { path: { seq: 4_711 }, status: 404 });
  });

  it('switches scenarios on and off, and shows how they go', async () => {
    const collection = createScenarioCollection();
    const simulator = await listen({ scenarios: (made) => createScenarioSwitch(made, collection) });
    const { scenarios } = await call(simulator, 'list-scenarios');
    expect(scenarios).toContainEqual(expect.objectContaining({ name: 'takeover' }));
    const play = await call(simulator, 'switch-scenario-on', {
      path: { name: 'takeover' },
      body: { customerId: '1001', offerId: 'S1' },
    });
    expect(play).toMatchObject({ scenario: 'takeover', state: 'on' });
    expect(play.steps[0]).toMatchObject({ text: 'user: presses play', state: 'prompt' });
    const { plays } = await call(simulator, 'show-scenario-plays');
    expect(plays).toMatchObject([{ scenario: 'takeover', customerId: '1001' }]);
    const off = { path: { customerId: '1001' } };
    expect(await call(simulator, 'switch-scenario-off', off)).toMatchObject({ state: 'stopped' });
    await call(simulator, 'switch-scenario-off', { ...off, status: 404 });
    await call(simulator, 'switch-scenario-on', {
      path: { name: 'takover' },
      body: { customerId: '1001' },
      status: 404,
    });
  });

  it('does everything that its document promises', () => {
    expect(OPERATIONS.map(({ id }) => id).filter((id) => !called.has(id))).toEqual([]);
  });
});
