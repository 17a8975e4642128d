import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import type { PlayRequest } from '../contracts/subject/define-client.ts';
import type { ClientContext } from '../contracts/subject/define-client.ts';
import { sessionMachine } from '../examples/node-client/session-machine.js';
import { createStorage } from '../examples/node-client/storage.js';
import { openSocket } from '../examples/node-client/ws-socket.js';
import { defineScenario } from '../scenarios/define-scenario.ts';
import type { AppUser } from './driven-client.ts';
import type { TestSimulator } from './test-simulator.ts';
import { startTestSimulator } from './vitest.ts';

let drisc: TestSimulator;
beforeEach(async () => {
  drisc = await startTestSimulator();
});
afterEach(() => drisc.close());

/** The session machine of the Node client, and its user. @param hears whether it hears that it was taken over */
function createUser({ hears = true } = {}): AppUser {
  const session = createActor(sessionMachine, { input: { storage: createStorage(), openSocket } }).start();
  return {
    showsPlayback: true,
    start(request: PlayRequest, { playback, takenOver, limit }: ClientContext) {
      session.on('playback', ({ playing }) => void ((playing || hears) && playback(playing)));
      session.on('taken-over', ({ by }) => takenOver(by));
      session.on('limit', limit);
      session.send({ type: 'START', request });
    },
    stop: () => session.send({ type: 'STOP' }),
    takeover: (victim) => session.send({ type: 'TAKEOVER', victim }),
    exit() {
      session.send({ type: 'DROP' });
      session.stop();
    },
  };
}

const brief = (title: string) =>
  defineScenario({
    name: 'brief',
    drisc: 1,
    title,
    why: 'A test has scenarios of its own.',
    given: { app: { is: 'playing' } },
    steps: [{ user: 'presses stop' }, { app: 'sends FINISHED' }],
  });

describe('a scenario played in a test', () => {
  it('passes, and gives its outcome', async () => {
    const { verdict, steps } = await drisc.play('takeover-by-the-app', createUser());
    expect(verdict).toBe('pass');
    expect(steps.map((step) => step.verdict)).not.toContain('not-observable');
  });

  it('may be the test’s own, and observes no playback where the app shows none', async () => {
    const user = { ...createUser(), showsPlayback: false };
    const { steps } = await drisc.play(brief('Stop'), user);
    expect(steps.find(({ text }) => text === 'app: plays')?.verdict).toBe('not-observable');
  });

  it('fails the test at the step that failed, and draws the conversation', async () => {
    const played = drisc.play('takeover', createUser({ hears: false }));
    const failure = await played.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'ScenarioNotPassed', outcome: { verdict: 'fail' } });
    const { message } = failure as Error;
    expect(message).toMatch(/^scenario takeover failed at step \d+, .*app: stops playing/);
    expect(message).toMatch(/app\s+│◀─+ TAKE_OVER │/);
  });

  it('fails the test where it could not be played to its end', async () => {
    const user = createUser();
    delete user.takeover;
    await expect(drisc.play('takeover-by-the-app', user)).rejects.toThrow(
      'scenario takeover-by-the-app was not played to its end: the client leaves its user no way to do this',
    );
  });

  it('throws what the user’s part throws', async () => {
    const user = { ...createUser(), stop: () => Promise.reject(new Error('no such button 🎬')) };
    await expect(drisc.play(brief('Stop'), user)).rejects.toThrow('no such button 🎬');
  });

  it('is known by its name', async () => {
    await expect(drisc.play('take-over', createUser())).rejects.toMatchObject({ code: 'UnknownScenario' });
  });

  it('takes time', async () => {
    await using still = await startTestSimulator({ clock: 'virtual' });
    await expect(still.play('takeover', createUser())).rejects.toThrow("play it with clock: 'real'");
  });
});
