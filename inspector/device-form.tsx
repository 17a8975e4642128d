import type { JSX } from 'preact';
import type { SimulatorView } from './use-simulator.ts';

const BEHAVIOURS = [
  ['obedient', 'answers PING'],
  ['mute', 'does not answer PING'],
  ['zombie', 'has lost its connection'],
] as const;

/** Adds another device of a customer, played by the simulator. */
export function DeviceForm({ view: { world, act } }: { view: SimulatorView }): JSX.Element {
  const customers = [...new Set(world?.pools.map(({ customerId }) => customerId))];
  const add = (form: HTMLFormElement): void => {
    const body = Object.fromEntries(new FormData(form)) as Record<string, string>;
    void act(`${body['name']} is there`, 'POST', '/ghosts', body);
  };
  return (
    <section class="card" aria-labelledby="add-device">
      <h2 id="add-device">Add a device</h2>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          add(event.currentTarget);
        }}
      >
        <label>
          Customer
          <input name="customerId" list="customers" defaultValue={customers[0] ?? '1001'} required />
        </label>
        <datalist id="customers">
          {customers.map((id) => (
            <option value={id} />
          ))}
        </datalist>
        <label>
          Offer
          <select name="offerId">
            {world?.offers.map(({ id }) => (
              <option value={id}>{id}</option>
            ))}
          </select>
        </label>
        {(world?.publishers.length ?? 0) > 1 && (
          <label>
            Publisher
            <select name="publisherId">
              {world?.publishers.map(({ id }) => (
                <option value={id}>{id}</option>
              ))}
            </select>
          </label>
        )}
        <label class="wide">
          Name
          <input name="name" defaultValue="Living room TV" required maxLength={100} />
        </label>
        <label class="wide">
          Behaviour
          <select name="behaviour">
            {BEHAVIOURS.map(([value, words]) => (
              <option value={value}>{`${value}: ${words}`}</option>
            ))}
          </select>
        </label>
        <button type="submit" class="main">
          Add device
        </button>
      </form>
    </section>
  );
}
