import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Settings } from '../protocol/settings.ts';
import { readSettingSchema } from './fault-schema.ts';
import type { Parameter } from './fault-schema.ts';
import type { SimulatorView } from './use-simulator.ts';

/** Every setting of the simulator, with its unit and its default; what is entered holds for every step from then on. */
export function SettingsPanel({ view }: { view: SimulatorView }): JSX.Element | null {
  const { client, feed, world, act } = view;
  const [table, setTable] = useState<readonly Parameter[]>([]);
  useEffect(() => {
    if (feed !== 'live' || table.length > 0) return;
    void client.call('GET', '/openapi.json').then(
      (document) => setTable(readSettingSchema(document)),
      () => undefined,
    );
  }, [client, feed]);
  if (!world || table.length === 0) return null;
  const valueOf = ({ name }: Parameter): string => String(world.settings[name as keyof Settings]);
  const changed = table.filter((setting) => valueOf(setting) !== setting.fallback).length;
  return (
    <section class="card" aria-labelledby="settings">
      <details class="settings">
        <summary>
          <h2 id="settings">
            Settings <span class="quiet">{changed} changed</span>
          </h2>
        </summary>
        {table.map((setting) => (
          <SettingField
            key={setting.name}
            setting={setting}
            value={valueOf(setting)}
            onSet={(value) =>
              void act(`${setting.name} is ${String(value)}`, 'PATCH', '/settings', { [setting.name]: value })
            }
          />
        ))}
      </details>
    </section>
  );
}

interface SettingFieldProps {
  setting: Parameter;
  value: string;
  onSet: (value: string | number | boolean) => void;
}

function SettingField({ setting, value, onSet }: SettingFieldProps): JSX.Element {
  const { name, description, type, fallback, unit } = setting;
  const id = `setting-${name}`;
  const choices = type === 'switch' ? ['true', 'false'] : typeof type === 'string' ? undefined : type;
  const set = (text: string): void => {
    if (text === value) return;
    if (type === 'switch') onSet(text === 'true');
    else onSet(type === 'number' && text.trim() !== '' ? Number(text) : text);
  };
  return (
    <div class={value === fallback ? 'setting' : 'setting changed'}>
      <label for={id}>
        <b>{name}</b> {unit !== undefined && <span class="quiet">in {unit}</span>}
      </label>
      {choices ? (
        <select id={id} value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
          {choices.map((choice) => (
            <option value={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          value={value}
          inputMode={type === 'number' ? 'numeric' : 'text'}
          onChange={({ currentTarget }) => set(currentTarget.value)}
        />
      )}
      <p class="quiet">
        {description} Default: {fallback}.
      </p>
    </div>
  );
}
