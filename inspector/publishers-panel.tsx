import type { JSX } from 'preact';
import { route } from './control-client.ts';
import type { SimulatorView } from './use-simulator.ts';
import type { World } from './world.ts';

/** What a publisher changes in its dashboard: DRISC and takeover off and on, the limits of offers. */
export function PublishersPanel({ view }: { view: SimulatorView }): JSX.Element {
  const { world, act } = view;
  const change = (id: string, said: string, body: object): void =>
    void act(said, 'PATCH', route`/publishers/${id}`, body);
  return (
    <section class="card" aria-labelledby="publishers">
      <h2 id="publishers">Publishers and offers</h2>
      {world?.publishers.map(({ id, enabled, takeover }) => (
        <div class="line">
          <span class="grow">
            Publisher <b>{id}</b>
          </span>
          <Switch
            label="DRISC"
            of={`publisher ${id}`}
            on={enabled}
            onChange={(on) => change(id, `DRISC is ${on ? 'on' : 'off'}`, { enabled: on })}
          />
          <Switch
            label="Takeover"
            of={`publisher ${id}`}
            on={takeover}
            onChange={(on) => change(id, `Takeover is ${on ? 'on' : 'off'}`, { takeover: on })}
          />
        </div>
      ))}
      {world?.offers.map((offer) => (
        <OfferLine offer={offer} act={act} />
      ))}
    </section>
  );
}

function OfferLine({
  offer,
  act,
}: {
  offer: World['offers'][number];
  act: SimulatorView['act'];
}): JSX.Element {
  const { id, limit, publisherId } = offer;
  const set = (to: number): void =>
    void act(`${id} allows ${to}`, 'PATCH', route`/offers/${id}`, {
      limit: to,
      ...(publisherId && { publisherId }),
    });
  return (
    <div class="line">
      <span class="grow">
        Offer <b>{id}</b> {publisherId && <span class="quiet">of {publisherId}</span>}
      </span>
      <span class="stepper" role="group" aria-label={`Limit of ${id}`}>
        <button
          type="button"
          aria-label={`Lower the limit of ${id}`}
          disabled={limit === 0}
          onClick={() => set(limit - 1)}
        >
          −
        </button>
        <output>{limit}</output>
        <button type="button" aria-label={`Raise the limit of ${id}`} onClick={() => set(limit + 1)}>
          +
        </button>
      </span>
    </div>
  );
}

function Switch(props: {
  label: string;
  of: string;
  on: boolean;
  onChange: (on: boolean) => void;
}): JSX.Element {
  const { label, of, on, onChange } = props;
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      aria-checked={on}
      aria-label={`${label} of ${of}`}
      onClick={() => onChange(!on)}
    >
      <i aria-hidden="true" /> {label}
    </button>
  );
}
