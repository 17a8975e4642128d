import type { JSX } from 'preact';
import { isOfProxy } from './proxy-state.ts';
import { saveFile } from './save-file.ts';
import type { SimulatorView } from './use-simulator.ts';

const FEED_WORDS = {
  connecting: 'Connecting',
  live: 'Live',
  away: 'Not reachable, trying again',
  refused: 'Refused',
} as const;

/** What the page is, whether it is live, and what concerns everything. */
export function TopBar({ view }: { view: SimulatorView }): JSX.Element {
  const { feed, client, act, say } = view;
  const exportHar = async (): Promise<void> => {
    try {
      const har = await client.call('GET', '/journal/har');
      saveFile('drisc.har', 'application/json', JSON.stringify(har, null, 1));
      say({ failed: false, text: 'Saved drisc.har' });
    } catch (error) {
      say({ failed: true, text: `Export HAR: ${(error as Error).message}` });
    }
  };
  return (
    <header class="top">
      <h1>
        drisc <span>{isOfProxy() ? 'proxy' : 'inspector'}</span>
      </h1>
      <p class={`feed ${feed}`}>
        <i aria-hidden="true" />
        {FEED_WORDS[feed]} <span class="host">{location.host}</span>
      </p>
      <div class="group">
        <button type="button" onClick={() => void exportHar()}>
          Export HAR
        </button>
        {!isOfProxy() && (
          <button
            type="button"
            class="danger"
            title="Ends every session and closes every connection"
            onClick={() => void act('Reset: all sessions ended', 'POST', '/reset', {})}
          >
            Reset
          </button>
        )}
      </div>
    </header>
  );
}
