import { afterEach, describe, expect, it, vi } from 'vitest';
import { createScenarioCollection } from '../scenarios/collection.ts';
import { createScenarioSwitch } from '../scenarios/live/scenario-switch.ts';
import { createVirtualClock } from '../simulator/clock.ts';
import { createSimulator } from '../simulator/simulator.ts';
import type { Simulator, SimulatorOptions } from '../simulator/index.ts';
import { startApp } from './driven-app.ts';
import type { DrivenApp } from './driven-app.ts';
import { connect, create, post, request } from './socket-device.ts';

const collection = createScenarioCollection();
const toClose: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of toClose.splice(0).toReversed()) await one.close();
});

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = createSimulator({
    offers: [{ id: 'S1', tags: ['live'], limit: 2 }],
    control: { token: 'control' },
    scenarios: (made) => createScenarioSwitch(made, collection),
    ...options,
  });
  toClose.push(simulator);
  await simulator.listen();
  return simulator;
}

async function join(simulator: Simulator, customerId: string): Promise<DrivenApp> {
  const driven = await startApp(simulator, customerId);
  toClose.push(driven.app);
  return driven;
}

async function control(simulator: Simulator, method: string, route: string, body?: object): Promise<any> {
  const answer = await fetch(`${simulator.url}/_drisc${route}`, {
    method,
    headers: { authorization: 'Bearer control' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, ...((await answer.json()) as object) };
}

/** How many play at the same time: most of a scenario is waiting. */
const SIDE_BY_SIDE = 10;

describe('a scenario in a running simulator', () => {
  it(
    'passes with the example client, each one that can be switched on, for many customers side by side',
    { timeout: 300_000 },
    async () => {
      const simulator = await start();
      const { scenarios } = await control(simulator, 'GET', '/scenarios');
      const names: string[] = scenarios.flatMap((entry: any) =>
        entry.obstacle === undefined ? [entry.name] : [],
      );
      const blocked = scenarios.filter((entry: any) => entry.obstacle !== undefined);
      const bystander = await request(simulator, 'Bystander', { customerId: 'bystander' });
      expect(await bystander.next()).toEqual({ action: 'OK' });
      const wrong: unknown[] = [];
      const left = names.toReversed();
      const work = async (): Promise<void> => {
        const customer = await join(simulator, 'nobody yet');
        for (let name = left.pop(); name !== undefined; name = left.pop()) {
          const customerId = `of ${name}`;
          await customer.become(customerId);
          const on = await control(simulator, 'POST', `/scenarios/${name}`, { customerId });
          expect(on).toMatchObject({ status: 200, scenario: name });
          const { state, breach, reason, steps } = await customer.follow();
          if (state !== 'pass') wrong.push({ name, state, breach, reason, steps });
        }
      };
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
      expect(wrong).toEqual([]);
      expect(names.length).toBeGreaterThanOrEqual(70);
      expect(blocked.map((entry: any) => entry.name)).toEqual([
        'clock-skew',
        'deploy-sessions-forgotten',
        'deploy-sessions-kept',
        'token-expired',
        'token-expires-later',
        'token-of-a-stranger',
      ]);

      // Nobody else has noticed anything, and nothing is left behind.
      expect(bystander.frames).toEqual([]);
      expect(bystander.socket.readyState).toBe(bystander.socket.OPEN);
      expect(simulator.faults.list()).toEqual([]);
      expect(simulator.ghosts()).toEqual([]);
      const own = await simulator.sessions.list({ customerId: 'bystander' });
      expect(own).toHaveLength(1);
      const { limit, enabled } = simulator.terms.policyFor({ ...own[0]!, customerId: 'of disabled' });
      expect({ limit, enabled }).toEqual({ limit: 2, enabled: true });
    },
  );

  it('is switched on by the name of the session, and the press on play that asked for it counts', async () => {
    const simulator = await start();
    const customer = await join(simulator, '1001');
    await customer.press('drisc:limit-reached');
    const { state, steps } = await customer.follow();
    expect(state).toBe('pass');
    expect(steps[0]).toMatchObject({ text: 'user: presses play', came: 'it was pressed', state: 'pass' });
    const others = await post(simulator, '/sessions', { offerId: 'S1' }, { customerId: '1002' });
    expect(others.status).toBe(200);
  });

  it('is switched on by a header, and what it makes go wrong strikes that very request', async () => {
    const simulator = await start();
    const authorization = `Bearer ${await simulator.token({ customerId: '1001' })}`;
    const ask = (headers: Record<string, string>) =>
      fetch(`${simulator.url}/sessions`, {
        method: 'POST',
        headers: { authorization, ...headers },
        body: '{"sessionName":"My app","offerId":"S1"}',
      });
    const allowed = await fetch(`${simulator.url}/sessions`, {
      method: 'OPTIONS',
      headers: { origin: 'http://app.example', 'access-control-request-method': 'POST' },
    });
    expect(allowed.headers.get('access-control-allow-headers')).toContain('x-drisc-scenario');
    expect((await ask({ 'x-drisc-scenario': 'http-500' })).status).toBe(500);
    const wanted = (await control(simulator, 'GET', '/scenarios/plays')).plays[0];
    expect(wanted).toMatchObject({ scenario: 'http-500', customerId: '1001', state: 'on', offerId: 'S1' });
    await expect
      .poll(() => simulator.scenarios?.plays()[0]?.steps.find(({ state }) => state === 'prompt'))
      .toMatchObject({ text: 'user: presses play' });
    // The same header once more: the scenario goes on, it does not begin anew.
    const granted = await ask({ 'x-drisc-scenario': 'http-500' });
    const { endpoint } = (await granted.json()) as { endpoint: string };
    const device = await connect(endpoint);
    device.send('REQUESTED');
    await expect.poll(() => simulator.scenarios?.plays()[0]?.state).toBe('pass');
  });

  it('fails at the step that the app gets wrong, with what was expected and what came', async () => {
    const simulator = await start();
    await control(simulator, 'POST', '/scenarios/takeover', { customerId: '1001' });
    const mute = await connect(await create(simulator, 'My app', { customerId: '1001' }));
    // It never says REQUESTED; the player need not wait for as long as a person may take.
    await mute.roundTrip();
    await expect
      .poll(() => simulator.scenarios?.plays()[0], { interval: 50 })
      .toMatchObject({
        state: 'fail',
        breach: {
          step: 'app: sends REQUESTED',
          message: 'this did not come: app: sends REQUESTED',
          expected: 'app: sends REQUESTED, within 5s',
          actual: 'nothing',
        },
      });
    const [play] = simulator.scenarios?.plays() ?? [];
    expect(play?.steps.at(-1)).toMatchObject({ state: 'not-reached' });
    expect(simulator.journal.entries().at(-1)).toMatchObject({
      kind: 'note',
      customerId: '1001',
      text: expect.stringContaining('scenario takeover: fail at step 4'),
    });
  });

  it('says which name is nearest, why one cannot be switched on, and who is unknown', async () => {
    const simulator = await start();
    const on = (name: string, body: object) => control(simulator, 'POST', `/scenarios/${name}`, body);
    expect(await on('limit-reched', { customerId: '1' })).toEqual({
      status: 404,
      code: 'UnknownScenario',
      message: 'there is no scenario "limit-reched"; did you mean "limit-reached"?',
    });
    expect(await on('deploy-sessions-kept', { customerId: '1' })).toMatchObject({
      status: 409,
      code: 'NotForSwitching',
      message: expect.stringContaining('drisc play deploy-sessions-kept'),
    });
    expect(await on('takeover', { customerId: '1', publisherId: 'nobody' })).toMatchObject({ status: 404 });
    expect(await on('takeover', { customerId: '1', offerId: 'S9' })).toMatchObject({
      status: 404,
      message: 'the publisher has no such offer; it has S1',
    });
    expect(await control(simulator, 'DELETE', '/scenarios/plays/1')).toMatchObject({ status: 404 });
    const asked = await post(simulator, '/sessions', { sessionName: 'drisc:tkeover', offerId: 'S1' });
    expect(asked.status).toBe(404);
    expect(asked.headers.get('access-control-allow-origin')).toBe('*');
    expect(await asked.json()).toMatchObject({ code: 'UnknownScenario' });
    const bare = await start({ scenarios: undefined });
    expect(await control(bare, 'POST', '/scenarios/takeover', { customerId: '1' })).toMatchObject({
      status: 409,
      message: 'this simulator plays no scenarios; drisc serve does',
    });
    expect((await post(bare, '/sessions', { sessionName: 'drisc:tkeover', offerId: 'S1' })).status).toBe(200);
  });

  it('is switched off in the middle, and gives place to another one', async () => {
    const simulator = await start();
    const on = (name: string) => control(simulator, 'POST', `/scenarios/${name}`, { customerId: '1001' });
    await on('disabled');
    expect(simulator.scenarios?.plays()).toMatchObject([{ scenario: 'disabled', state: 'on' }]);
    const [first, second] = await Promise.all([on('limit-reached'), on('takeover')]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(simulator.scenarios?.plays().filter(({ state }) => state === 'on')).toHaveLength(1);
    const off = await control(simulator, 'DELETE', '/scenarios/plays/1001');
    expect(off).toMatchObject({ status: 200, state: 'stopped', reason: 'it was switched off' });
    expect(simulator.scenarios?.plays()).toEqual([]);
    expect(simulator.ghosts()).toEqual([]);
    expect(await simulator.sessions.list()).toEqual([]);
  });

  it('leaves the faults of another publisher’s customer alone, whose number is the same', async () => {
    const publishers = ['A', 'B'].map((id) => ({ id, secret: `secret of ${id}` }));
    const simulator = await start({ publishers, offers: [{ id: 'S1', limit: 2 }] });
    const customers = publishers.map(({ id }) => ({ publisherId: id, customerId: '1001' }));
    for (const customer of customers) {
      await control(simulator, 'POST', '/scenarios/http-500', customer);
    }
    await simulator.scenarios?.switchOff(customers[0]!);
    expect(simulator.faults.list()).toMatchObject([{ kind: 'http-error', scope: customers[1] }]);
  });

  it('begins nothing more once the simulator closes', async () => {
    const simulator = await start();
    const cue = { customer: { publisherId: simulator.directory.publishers()[0]!.id, customerId: '1001' } };
    await simulator.scenarios?.switchOn('limit-reached', cue);
    const next = simulator.scenarios?.switchOn('takeover', cue);
    const closed = simulator.scenarios?.close();
    await expect(next).rejects.toMatchObject({
      code: 'NotForSwitching',
      message: 'takeover: the simulator is closing',
    });
    await closed;
    expect(simulator.scenarios?.plays()).toMatchObject([{ scenario: 'limit-reached', state: 'stopped' }]);
  });

  it('keeps its verdict where the place could not be cleared', async () => {
    const simulator = await start();
    const customer = await join(simulator, '1001');
    await control(simulator, 'POST', '/scenarios/limit-reached', { customerId: '1001' });
    vi.spyOn(simulator.sessions, 'list').mockRejectedValue(new Error('the store is gone'));
    expect(await customer.follow()).toMatchObject({ state: 'pass' });
    await simulator.scenarios?.close();
    expect(simulator.scenarios?.plays()).toMatchObject([{ state: 'pass' }]);
    const text = 'scenario limit-reached could not be cleared away: Error: the store is gone';
    expect(simulator.journal.entries()).toContainEqual(expect.objectContaining({ kind: 'note', text }));
  });

  it('waits for the virtual clock where time stands still', async () => {
    const clock = createVirtualClock(1_700_000_000_000);
    const simulator = await start({ clock });
    const { notes } = await control(simulator, 'POST', '/scenarios/missed-pong', { customerId: '1001' });
    expect(notes).toEqual(['time stands still: advance the clock where a step waits for time']);
    await simulator.advance(11 * 60_000);
    await expect
      .poll(() => simulator.scenarios?.plays()[0])
      .toMatchObject({ state: 'not-exercised', reason: 'nothing came from a client within 10m' });
  });
});
