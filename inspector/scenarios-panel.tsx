import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ScenarioEntry } from '../simulator/scenario-switch.ts';
import { route } from './control-client.ts';
import { ScenarioPlayView } from './scenario-play-view.tsx';
import type { SimulatorView } from './use-simulator.ts';

/** The scenarios that are on, and those that can be switched on for a customer; nothing where nobody plays any. */
export function ScenariosPanel({ view }: { view: SimulatorView }): JSX.Element | null {
  const { client, feed, world, act } = view;
  const [scenarios, setScenarios] = useState<readonly ScenarioEntry[]>([]);
  const [customerId, setCustomer] = useState('1001');
  const [offerId, setOffer] = useState('');
  useEffect(() => {
    if (feed !== 'live') return;
    void client.call<{ scenarios: ScenarioEntry[] }>('GET', '/scenarios').then(
      (answer) => setScenarios(answer.scenarios),
      () => undefined,
    );
  }, [client, feed]);
  const plays = world?.plays ?? [];
  if (scenarios.length === 0) return null;
  const switchOn = ({ name }: ScenarioEntry): void =>
    void act(`${name} is on for ${customerId}`, 'POST', route`/scenarios/${name}`, {
      customerId,
      ...(offerId && { offerId }),
    });
  return (
    <section class="card" aria-labelledby="scenarios">
      <h2 id="scenarios">
        Scenarios <span class="quiet">{plays.filter(({ state }) => state === 'on').length} on</span>
      </h2>
      {plays.map((play) => (
        <ScenarioPlayView key={JSON.stringify([play.publisherId, play.customerId])} play={play} act={act} />
      ))}
      <div class="fields">
        <label>
          For customer
          <input value={customerId} onInput={({ currentTarget }) => setCustomer(currentTarget.value)} />
        </label>
        <label>
          At offer
          <select value={offerId} onChange={({ currentTarget }) => setOffer(currentTarget.value)}>
            <option value="">the first</option>
            {world?.offers.map(({ id }) => (
              <option value={id}>{id}</option>
            ))}
          </select>
        </label>
      </div>
      <ScenarioList scenarios={scenarios} isReady={customerId !== ''} onPick={switchOn} />
      <p class="quiet">
        Or let the app itself ask: call its session <code>drisc:limit-reached</code>, or send the header{' '}
        <code>x-drisc-scenario: limit-reached</code>.
      </p>
    </section>
  );
}

interface ScenarioListProps {
  scenarios: readonly ScenarioEntry[];
  isReady: boolean;
  onPick: (scenario: ScenarioEntry) => void;
}

function ScenarioList({ scenarios, isReady, onPick }: ScenarioListProps): JSX.Element {
  const [text, setText] = useState('');
  const words = text.toLowerCase().split(/\s+/);
  const shown = scenarios.filter(({ name, title, tags, rules }) => {
    const all = [name, title, ...tags, ...rules].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
  return (
    <>
      <input
        type="search"
        aria-label="Find a scenario"
        placeholder="Find by name, tag or rule"
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <ul class="scenarios" tabIndex={0} aria-label={`${shown.length} scenarios`}>
        {shown.map((scenario) => (
          <li key={scenario.name} title={scenario.obstacle ?? scenario.why}>
            <span class="grow">
              <b>{scenario.name}</b>
              <span class="quiet">
                {scenario.obstacle === undefined ? scenario.title : scenario.obstacle}
              </span>
            </span>
            {scenario.obstacle === undefined && (
              <button
                type="button"
                aria-label={`Switch on ${scenario.name}`}
                disabled={!isReady}
                onClick={() => onPick(scenario)}
              >
                Switch on
              </button>
            )}
          </li>
        ))}
        {shown.length === 0 && <li class="empty">No scenario matches.</li>}
      </ul>
    </>
  );
}
