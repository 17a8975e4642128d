import { createProcessClient } from '../contracts/subject/process-client.ts';
import type { ClientSubject } from '../scenarios/client-subject.ts';
import type { Simulator } from '../simulator/index.ts';
import type { ScenarioPlay, ScenarioStep } from '../simulator/scenario-switch.ts';

/** The example client of one customer at the offer S1, and somebody at its screen. */
export interface DrivenApp {
  readonly app: ClientSubject;
  press(sessionName?: string): Promise<void>;
  /** Does what the scenario asks of the user until it is over; gives how it ended. */
  follow(): Promise<ScenarioPlay>;
  /** Forgets everything and is the app of another customer from then on. */
  become(customerId: string): Promise<void>;
}

/** Starts the example client as a process and waits until it is ready. */
export async function startApp(simulator: Simulator, customer: string): Promise<DrivenApp> {
  const app = createProcessClient({ command: 'node examples/node-client/main.js' });
  const ready = (): Promise<void> =>
    new Promise((resolve) => {
      const leave = app.subscribe(({ event }) => {
        if (event !== 'ready') return;
        leave();
        resolve();
      });
    });
  await ready();
  let customerId = customer;
  // The devices of the library are alone on the list that the app shows at the limit.
  let listed: string | undefined;
  app.subscribe((event) => {
    if (event.event === 'limit') listed = event.sessions[0]?.sessionId;
  });

  async function press(sessionName = 'My app'): Promise<void> {
    const token = await simulator.token({ customerId });
    await app.send({ do: 'start', baseUrl: simulator.url, token, offerId: 'S1', sessionName });
  }

  async function obey({ text }: ScenarioStep): Promise<void> {
    if (text === 'user: presses play') return press();
    if (text === 'user: presses stop') return void app.send({ do: 'stop' });
    if (text === 'user: reloads the page') return void app.send({ do: 'reload' });
    if (!text.startsWith('user: takes over ')) throw new Error(`nobody knows how to do this: ${text}`);
    while (listed === undefined) await moment();
    await app.send({ do: 'takeover', sessionId: listed });
  }

  return {
    app,
    press,
    async become(other) {
      const again = ready();
      await app.send({ do: 'reset' });
      await again;
      customerId = other;
      listed = undefined;
    },
    async follow() {
      for (let done = 0; ; await moment()) {
        const play = simulator.scenarios?.plays().find((each) => each.customerId === customerId);
        if (play && play.state !== 'on') return play;
        const asked = play?.steps.find(({ state }) => state === 'prompt');
        if (asked?.number === undefined || asked.number <= done) continue;
        done = asked.number;
        await obey(asked);
      }
    },
  };
}

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
