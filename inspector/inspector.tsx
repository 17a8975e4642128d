import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ClockBar } from './clock-bar.tsx';
import { keepControlToken, readControlToken } from './control-token.ts';
import { DeviceForm } from './device-form.tsx';
import { FaultsPanel } from './faults-panel.tsx';
import { PoolsPanel } from './pools-panel.tsx';
import { ProxyPanel } from './proxy-panel.tsx';
import { isOfProxy } from './proxy-state.ts';
import { PublishersPanel } from './publishers-panel.tsx';
import { ScenariosPanel } from './scenarios-panel.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { Timeline } from './timeline.tsx';
import { TokenForm } from './token-form.tsx';
import { TopBar } from './top-bar.tsx';
import { useSimulator } from './use-simulator.ts';
import type { Outcome, SimulatorView } from './use-simulator.ts';

const PARTS = ['Timeline', 'Sessions', 'Scenarios', 'Controls'] as const;
const PROXY_PARTS = ['Timeline', 'Rules'] as const;
type Part = (typeof PARTS | typeof PROXY_PARTS)[number];

/** The page: what the simulator is made of at the left, what happens at the right; on a phone one at a time. */
export function Inspector(): JSX.Element {
  const [token, setToken] = useState(readControlToken);
  const view = useSimulator(token);
  const [part, setPart] = useState<Part>('Timeline');
  if (view.isLocked) {
    return (
      <TokenForm
        feed={view.feed}
        wasGiven={token !== undefined}
        onToken={(given) => {
          keepControlToken(given);
          setToken(given);
        }}
      />
    );
  }
  const { outcome, say } = view;
  const parts: readonly Part[] = isOfProxy() ? PROXY_PARTS : PARTS;
  return (
    <div class="page" data-part={part}>
      <TopBar view={view} />
      <nav class="parts" aria-label="Parts of the page">
        {parts.map((name) => (
          <button type="button" aria-pressed={part === name} onClick={() => setPart(name)}>
            {name}
          </button>
        ))}
      </nav>
      <main>
        <div class="side">{isOfProxy() ? <OfProxy view={view} /> : <OfSimulator view={view} />}</div>
        <Timeline view={view} />
      </main>
      <Toast outcome={outcome} onGone={() => say(undefined)} />
    </div>
  );
}

function OfProxy({ view }: { view: SimulatorView }): JSX.Element {
  return (
    <div class="of-sessions">
      <ProxyPanel proxy={view.proxy} />
    </div>
  );
}

function OfSimulator({ view }: { view: SimulatorView }): JSX.Element {
  const { world } = view;
  return (
    <>
      <div class="of-sessions">
        <PoolsPanel view={view} />
        <DeviceForm view={view} />
      </div>
      <div class="of-scenarios">
        <ScenariosPanel view={view} />
      </div>
      <div class="of-controls">
        {world?.clock.clock === 'virtual' && <ClockBar clock={world.clock} act={view.act} />}
        <PublishersPanel view={view} />
        <FaultsPanel view={view} />
        <SettingsPanel view={view} />
      </div>
    </>
  );
}

/** Milliseconds; a failure stays until something else happens. */
const SHOWN_FOR = 4_000;

function Toast({ outcome, onGone }: { outcome: Outcome | undefined; onGone: () => void }): JSX.Element {
  useEffect(() => {
    if (!outcome || outcome.failed) return;
    const timer = setTimeout(onGone, SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [outcome]);
  return (
    <div class={`toast${outcome?.failed ? ' failed' : ''}`} role="status" hidden={!outcome}>
      <span>{outcome?.text}</span>
      <button type="button" class="plain" aria-label="Dismiss" onClick={onGone}>
        ✕
      </button>
    </div>
  );
}
