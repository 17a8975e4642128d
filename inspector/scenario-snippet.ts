import type { Device, Row } from './cast.ts';

const CLIENT_ACTIONS = ['REQUESTED', 'PONG', 'FINISHED'];
const SERVER_ACTIONS = ['OK', 'EXPIRED', 'PING', 'TAKE_OVER', 'TERMINATE'];

/**
 * What was seen as a scenario to edit: one device is the app under test and is awaited, the other devices of its
 * customer do what they did.
 */
export function formatScenario(rows: readonly Row[], app: Device, limit: number): string {
  const scene = rows.filter(({ device }) => device === app || device?.customerId === app.customerId);
  const others = [...new Set(scene.flatMap(({ device }) => (device && device !== app ? [device] : [])))];
  const actors = new Map([
    [app, 'app'],
    ...others.map((device, index) => [device, `device${index + 1}`] as const),
  ]);
  const steps = scene.flatMap((row, index) => describe(row, scene.slice(0, index), actors));
  return [
    'drisc: 1',
    `title: ${JSON.stringify(`What ${app.name} did`)}`,
    'why: Say here who suffers when a client does otherwise.',
    'tags: [recorded]',
    'given:',
    `  limit: ${limit}`,
    `  app: { name: ${JSON.stringify(app.name)} }`,
    ...(others.length > 0 ? ['  devices:'] : []),
    ...others.map((device) => `    ${actors.get(device)}: { name: ${JSON.stringify(device.name)}, is: off }`),
    'steps:',
    ...steps.map((step) => `  - ${step}`),
    '',
  ].join('\n');
}

type Actors = ReadonlyMap<Device, string>;

function describe(row: Row, before: readonly Row[], actors: Actors): string[] {
  const { device } = row;
  const actor = device && actors.get(device);
  if (actor === undefined) return [];
  const words = actor === 'app' ? describeApp(row, before, actors) : describeOther(row, before, actors);
  return words === undefined ? [] : [`${actor}: ${words}`];
}

function describeApp({ entry, device }: Row, before: readonly Row[], actors: Actors): string | undefined {
  switch (entry.kind) {
    case 'request':
      if (entry.method !== 'POST') return undefined;
      if (entry.url.endsWith('/sessions')) return 'creates a session';
      return entry.url.endsWith('/takeover')
        ? `takes over ${victimOf(entry.body, before, actors)}`
        : undefined;
    case 'response':
      return describeAnswer(entry.status, entry.body);
    case 'open':
      return before.some((row) => row.device === device && row.entry.kind === 'open')
        ? 'reconnects'
        : 'connects';
    case 'refused-upgrade':
      return `is refused a connection with ${entry.status}`;
    case 'frame': {
      const { direction, action = '' } = entry;
      const known = direction === 'in' ? CLIENT_ACTIONS : SERVER_ACTIONS;
      return known.includes(action) ? `${direction === 'in' ? 'sends' : 'receives'} ${action}` : undefined;
    }
    case 'close':
      return entry.by === 'server' ? `is closed with ${entry.code}` : 'disconnects';
    default:
      return undefined;
  }
}

function describeAnswer(status: number, body: string): string | undefined {
  if (body.includes('"LimitExceeded"')) return 'is refused at the limit';
  if (status === 200 && body.includes('"endpoint"')) return 'is granted a session';
  if (status === 200 && /"disabled"|"enabled":false/.test(body)) return 'is told that DRISC is disabled';
  return status === 204 ? undefined : `is answered ${status}`;
}

/** A ghost sends no requests: it shows by its first REQUESTED that it has come. */
function describeOther({ entry, device }: Row, before: readonly Row[], actors: Actors): string | undefined {
  const earlier = before.filter((row) => row.device === device);
  if (entry.kind === 'request' && entry.method === 'POST') {
    if (entry.url.endsWith('/sessions')) return 'tries to create a session';
    return entry.url.endsWith('/takeover')
      ? `tries to take over ${victimOf(entry.body, before, actors)}`
      : undefined;
  }
  if (entry.kind === 'close' && entry.by !== 'server') return 'loses its connection';
  if (entry.kind !== 'frame' || entry.direction !== 'in') return undefined;
  if (entry.action === 'FINISHED') return 'finishes';
  const isArrival = entry.action === 'REQUESTED' && !earlier.some((row) => row.entry.kind === 'request');
  if (!isArrival || !device?.ghost) return undefined;
  if (earlier.some((row) => row.entry.kind === 'frame')) return 'reconnects';
  const ousted = before.findLast((row) => hasTakenOver(row, device.name));
  const victim = ousted?.device && actors.get(ousted.device);
  return victim === undefined ? 'creates a session' : `takes over ${victim}`;
}

function hasTakenOver({ entry }: Row, name: string): boolean {
  return entry.kind === 'frame' && entry.action === 'TAKE_OVER' && entry.raw.includes(JSON.stringify(name));
}

function victimOf(body: string, before: readonly Row[], actors: Actors): string {
  const named = before.find(
    ({ entry, device }) =>
      device && entry.sessionId !== undefined && body.includes(JSON.stringify(entry.sessionId)),
  );
  return (named?.device && actors.get(named.device)) ?? 'app';
}
