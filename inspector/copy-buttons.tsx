import type { JSX } from 'preact';
import type { Row } from './cast.ts';
import { formatCurl, formatWscat } from './copy-as.ts';
import { formatScenario } from './scenario-snippet.ts';
import type { SimulatorView } from './use-simulator.ts';

/** Copies what happened in a form that can be run again. */
export function CopyButtons({ row, view }: { row: Row; view: SimulatorView }): JSX.Element {
  const { entry, device } = row;
  const { say } = view;
  const customerId = entry.customerId ?? device?.customerId;
  const copy = async (what: string, write: () => Promise<string> | string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await write());
      say({ failed: false, text: `Copied as ${what}` });
    } catch (error) {
      say({ failed: true, text: `Copy as ${what}: ${(error as Error).message}` });
    }
  };
  const isSocket = entry.connection !== undefined || entry.kind === 'frame';
  return (
    <div class="group">
      {entry.kind === 'request' && (
        <button
          type="button"
          onClick={() =>
            void copy('curl', async () => formatCurl(entry, await mint(view, customerId, entry.publisherId)))
          }
        >
          Copy as curl
        </button>
      )}
      {isSocket && customerId !== undefined && (
        <button type="button" onClick={() => void copy('wscat', () => writeWscat(row, view, customerId))}>
          Copy as wscat
        </button>
      )}
      {device && (
        <button
          type="button"
          title="All that this device and the other devices of its customer did, with this one as the app"
          onClick={() => void copy('scenario', () => formatScenario(view.rows, device, limitOf(row, view)))}
        >
          Copy as scenario
        </button>
      )}
    </div>
  );
}

/** The journal has its tokens masked: a new one serves as well. */
async function mint(
  { client }: SimulatorView,
  customerId: string | undefined,
  publisherId: string | undefined,
): Promise<string> {
  if (customerId === undefined) return '<token>';
  const body = { customerId, ...(publisherId !== undefined && { publisherId }) };
  return (await client.call<{ token: string }>('POST', '/tokens', body)).token;
}

async function writeWscat({ entry, device }: Row, view: SimulatorView, customerId: string): Promise<string> {
  return formatWscat({
    origin: location.origin,
    token: await mint(view, customerId, entry.publisherId),
    sessionName: device?.name ?? 'wscat',
    offerId: entry.offerId ?? view.world?.offers[0]?.id ?? '',
    frame: entry.kind === 'frame' && entry.direction === 'in' && !entry.binary ? entry.raw : undefined,
  });
}

function limitOf({ device }: Row, { rows, world }: SimulatorView): number {
  const offerId = rows.find((row) => row.device === device && row.entry.offerId !== undefined)?.entry.offerId;
  return world?.offers.find(({ id }) => id === offerId)?.limit ?? 1;
}
