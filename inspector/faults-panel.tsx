import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { route } from './control-client.ts';
import { buildFault, readFaultSchema } from './fault-schema.ts';
import type { FaultDescription, Parameter } from './fault-schema.ts';
import type { SimulatorView } from './use-simulator.ts';
import type { FaultState } from './world.ts';

/** What goes wrong on purpose: the faults there are, and one more. */
export function FaultsPanel({ view }: { view: SimulatorView }): JSX.Element {
  const { client, world, act, feed } = view;
  const [kinds, setKinds] = useState<FaultDescription[]>([]);
  useEffect(() => {
    if (feed !== 'live' || kinds.length > 0) return;
    void client.call('GET', '/openapi.json').then(
      (document) => setKinds(readFaultSchema(document)),
      () => undefined,
    );
  }, [client, feed]);
  const faults = world?.faults ?? [];
  return (
    <section class="card" aria-labelledby="faults">
      <h2 id="faults">
        Faults <span class="quiet">{faults.filter(({ active }) => active).length} can strike</span>
      </h2>
      {faults.map((state) => (
        <FaultLine key={state.fault.name} state={state} act={act} />
      ))}
      {faults.length > 0 && (
        <button type="button" onClick={() => void act('All faults are gone', 'DELETE', '/faults')}>
          Clear all
        </button>
      )}
      {kinds.length > 0 && <FaultForm kinds={kinds} act={act} />}
    </section>
  );
}

function FaultLine({ state, act }: { state: FaultState; act: SimulatorView['act'] }): JSX.Element {
  const { fault, struck, active, left } = state;
  const struckWords = struck === 1 ? 'struck once' : `struck ${struck} times`;
  return (
    <div class={active ? 'line fault' : 'line fault spent'}>
      <span class="grow">
        <b>{fault.name}</b>{' '}
        <span class="quiet">
          {struckWords}
          {active && left !== undefined && `, ${left} left`}
          {!active && ', spent'}
        </span>
      </span>
      <button
        type="button"
        aria-label={`Remove the fault ${fault.name}`}
        onClick={() => void act(`${fault.name} is gone`, 'DELETE', route`/faults/${fault.name}`)}
      >
        Remove
      </button>
    </div>
  );
}

function FaultForm({ kinds, act }: { kinds: FaultDescription[]; act: SimulatorView['act'] }): JSX.Element {
  const [chosen, choose] = useState(kinds[0]?.kind);
  const kind = kinds.find((candidate) => candidate.kind === chosen) ?? kinds[0]!;
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        const fields = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
        void act(`${kind.kind} is set`, 'POST', '/faults', buildFault(kind, fields));
      }}
    >
      <label class="wide">
        Kind of fault
        <select value={kind.kind} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {kinds.map(({ kind: name }) => (
            <option value={name}>{name}</option>
          ))}
        </select>
      </label>
      <p class="quiet wide">{kind.description}</p>
      <label title="Only this customer; everybody, where left empty.">
        customerId
        <input name="customerId" placeholder="everybody" />
      </label>
      {kind.parameters.map((parameter) => (
        <Field key={`${kind.kind} ${parameter.name}`} parameter={parameter} />
      ))}
      <button type="submit" class="main">
        Add fault
      </button>
    </form>
  );
}

function Field({ parameter: { name, description, type, fallback } }: { parameter: Parameter }): JSX.Element {
  if (type === 'switch') {
    return (
      <label class="check" title={description}>
        <input type="checkbox" name={name} /> {name}
      </label>
    );
  }
  return (
    <label title={description}>
      {name}
      {typeof type === 'string' ? (
        <input name={name} inputMode={type === 'number' ? 'decimal' : 'text'} placeholder={fallback} />
      ) : (
        <select name={name}>
          <option value="">{fallback === '' ? 'any' : `${fallback} (default)`}</option>
          {type
            .filter((choice) => choice !== fallback)
            .map((choice) => (
              <option value={choice}>{choice}</option>
            ))}
        </select>
      )}
    </label>
  );
}
