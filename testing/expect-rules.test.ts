import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, create, request } from '../test/socket-device.ts';
import { expectRules } from './expect-rules.ts';
import { judgeApp, TIMED_RULES } from './judge-app.ts';
import type { Witness } from './judge-app.ts';
import type { TestSimulatorOptions } from './options.ts';
import type { TestSimulator } from './test-simulator.ts';
import { startTestSimulator } from './vitest.ts';

let drisc: TestSimulator;
const start = async (options: TestSimulatorOptions = {}): Promise<void> => {
  drisc = await startTestSimulator({ offers: [{ id: 'S1', limit: 2 }], ...options });
};
beforeEach(() => start());
afterEach(() => drisc.close());

/** Says PONG before anything else. */
async function playBadly(): Promise<void> {
  const app = await connect(await create(drisc.simulator));
  for (const action of ['PONG', 'REQUESTED']) app.send(action);
  await app.next();
}

describe('the rules', () => {
  it('hold for an app that keeps them, and the verdicts are given', async () => {
    const app = await request(drisc.simulator);
    await app.next();
    const { kind, rules } = expectRules(drisc, {
      observed: ['client/gate/requested-first'],
      failOn: 'should',
    });
    expect(kind).toBe('client');
    expect(rules.filter(({ side }) => side !== 'client')).toEqual([]);
    expect(rules.find(({ id }) => id === 'client/request/endpoint-verbatim')?.verdict).toBe('pass');
  });

  it('are broken by an app that does not, and each is told', async () => {
    await playBadly();
    const broken = ['client/gate/requested-first', 'client/liveness/no-unasked-pong'];
    const failure = { code: 'RulesBroken', message: expect.stringContaining(broken[1]!) };
    expect(() => expectRules(drisc)).toThrow(expect.objectContaining(failure));
    expect(() => expectRules(drisc, { except: broken.slice(0, 1) })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(broken[0]!) }),
    );
    expect(expectRules(drisc, { except: broken }).rules.map(({ id }) => id)).not.toContain(broken[0]);
  });

  it('do not hold where nothing was put to the test', async () => {
    const exercised = { code: 'NothingExercised' };
    expect(() => expectRules(drisc)).toThrow(expect.objectContaining(exercised));
    await drisc.device('A device of the simulator’s own');
    expect(() => expectRules(drisc)).toThrow(expect.objectContaining(exercised));
    await (await request(drisc.simulator)).next();
    const missed = { observed: ['client/liveness/answers-ping'] };
    expect(() => expectRules(drisc, missed)).toThrow(
      'not observed in this test:\n  client/liveness/answers-ping: Nothing in the recording put it to the test.',
    );
  });

  it('are known by name', () => {
    for (const expectation of [
      { except: ['client/gate/request-first'] },
      { observed: ['client/gate/request-first'] },
    ]) {
      expect(() => expectRules(drisc, expectation)).toThrow(
        'there is no rule "client/gate/request-first" for clients; did you mean client/gate/requested-first?',
      );
    }
  });
});

/** The same conversation, as if its times were the client's. */
const trusting = (): Witness => ({
  journal: drisc.journal,
  clock: { now: () => drisc.clock.now(), setAlarm: () => () => {} },
});
const brokenFor = (witness: Witness): string[] =>
  judgeApp(witness).rules.flatMap(({ id, failures }) => (failures.length > 0 ? [id] : []));

describe('on virtual time', () => {
  it('nobody is blamed by the clock for what took no time', async () => {
    await drisc.close();
    await start({
      clock: 'virtual',
      settings: { closeAfterFinished: false, pongTimeout: 60_000 },
    });
    const app = await request(drisc.simulator);
    await app.next();
    const { id } = await drisc.session();
    await drisc.simulator.sessions.ping(id);
    await app.next();
    await drisc.advance(30_000);
    app.send('PONG');
    app.send('FINISHED');
    await app.roundTrip();
    await drisc.advance(30_000);
    drisc.fault({ kind: 'upgrade-refused' });
    for (let time = 0; time < 20; time += 1) await connect(app.endpoint).catch(() => {});
    const blamed = brokenFor(trusting());
    expect(blamed).toEqual(
      expect.arrayContaining([
        'client/liveness/answers-in-time',
        'client/liveness/answers-at-once',
        'client/finish/closes',
        'client/recovery/no-storm',
      ]),
    );
    expect(brokenFor(drisc)).toEqual(blamed.filter((rule) => !TIMED_RULES.has(rule)));
  });
});
