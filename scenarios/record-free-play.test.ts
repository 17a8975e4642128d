import { expect, it } from 'vitest';
import { connect, request } from '../test/socket-device.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { parseScenario } from './format/parse-scenario.ts';
import { recordFreePlay } from './record-free-play.ts';

it('writes down what a person did with an app, and asks for it again', async () => {
  await using simulator = createSimulator({ offers: [{ id: 'S1' }] });
  await simulator.listen();
  const end = new AbortController();
  const useTheApp = async (): Promise<void> => {
    const sofa = await request(simulator, 'Sofa', { customerId: '1001' });
    await sofa.next();
    sofa.send('FINISHED');
    await sofa.closed;
    const again = await request(simulator, 'Sofa', { customerId: '1001' });
    await again.next();
    await (await connect(again.endpoint)).roundTrip();
    end.abort();
  };
  const { outcome, text = '' } = await recordFreePlay({
    simulator,
    signal: end.signal,
    onEvent: (event) => void (event.type === 'order' && useTheApp()),
  });
  expect(outcome).toMatchObject({ verdict: 'not-exercised', reason: 'it was switched off' });
  const parsed = parseScenario(text, 'free.scenario.yaml');
  expect(parsed.ok ? parsed.scenario.steps.map((step) => step.text) : parsed.problems).toEqual([
    'user: presses play',
    'app: creates a session',
    'app: is granted a session',
    'app: connects',
    'app: sends REQUESTED',
    'app: receives OK',
    'user: presses stop',
    'app: sends FINISHED',
    'app: loses its slot',
    'app: is closed with 1000',
    'user: presses play',
    'app: creates a session',
    'app: is granted a session',
    'app: connects',
    'app: sends REQUESTED',
    'app: receives OK',
    'app: reconnects',
  ]);
});

it('writes nothing where nobody came', async () => {
  await using simulator = createSimulator();
  await simulator.listen();
  expect((await recordFreePlay({ simulator, duration: 50 })).text).toBeUndefined();
});
