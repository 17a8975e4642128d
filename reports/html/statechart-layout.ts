import type { Coverage } from '../result.ts';

export interface ChartNode {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** An edge between two states, drawn once for all the inputs that lead along it. */
interface ChartRoute {
  from: string;
  to: string;
  path: string;
  /** The end of the path, and which way the arrow points there. */
  tip: { x: number; y: number; towards: 'up' | 'down' | 'left' | 'right' | 'up-left' };
  label: { x: number; y: number };
}

export interface ChartEdge extends ChartRoute {
  inputs: { input: string; count: number }[];
}

export const CHART_SIZE = { width: 1060, height: 640 } as const;

const BOX = { width: 176, height: 58 } as const;

// The life of a session has six states and does not change often: placed by hand it reads better than any layout
// that is computed. A state that is not here shows in the table only.
const NODES: readonly ChartNode[] = [
  { id: 'pending.quiet', x: 130, y: 130, ...BOX },
  { id: 'connected.quiet', x: 470, y: 130, ...BOX },
  { id: 'connected.pinged', x: 470, y: 360, ...BOX },
  { id: 'lost.quiet', x: 860, y: 130, ...BOX },
  { id: 'lost.pinged', x: 860, y: 360, ...BOX },
  { id: 'ended', x: 530, y: 560, width: 976, height: 44 },
];

const ROUTES: readonly ChartRoute[] = [
  {
    from: 'pending.quiet',
    to: 'connected.quiet',
    path: 'M218 130H382',
    tip: { x: 382, y: 130, towards: 'right' },
    label: { x: 300, y: 130 },
  },
  {
    from: 'pending.quiet',
    to: 'ended',
    path: 'M130 159V538',
    tip: { x: 130, y: 538, towards: 'down' },
    label: { x: 130, y: 350 },
  },
  {
    from: 'connected.quiet',
    to: 'ended',
    path: 'M382 148H284Q268 148 268 164V538',
    tip: { x: 268, y: 538, towards: 'down' },
    label: { x: 268, y: 350 },
  },
  {
    from: 'connected.quiet',
    to: 'connected.quiet',
    path: 'M440 101C432 62 508 62 500 101',
    tip: { x: 500, y: 101, towards: 'down' },
    label: { x: 470, y: 52 },
  },
  {
    from: 'connected.quiet',
    to: 'connected.pinged',
    path: 'M430 159V331',
    tip: { x: 430, y: 331, towards: 'down' },
    label: { x: 418, y: 245 },
  },
  {
    from: 'connected.pinged',
    to: 'connected.quiet',
    path: 'M510 331V159',
    tip: { x: 510, y: 159, towards: 'up' },
    label: { x: 526, y: 245 },
  },
  {
    from: 'connected.quiet',
    to: 'lost.quiet',
    path: 'M558 112H772',
    tip: { x: 772, y: 112, towards: 'right' },
    label: { x: 665, y: 104 },
  },
  {
    from: 'lost.quiet',
    to: 'connected.quiet',
    path: 'M772 148H558',
    tip: { x: 558, y: 148, towards: 'left' },
    label: { x: 665, y: 148 },
  },
  {
    from: 'connected.pinged',
    to: 'lost.pinged',
    path: 'M558 360H772',
    tip: { x: 772, y: 360, towards: 'right' },
    label: { x: 665, y: 360 },
  },
  {
    from: 'lost.pinged',
    to: 'connected.quiet',
    path: 'M800 331L552 163',
    tip: { x: 549, y: 161, towards: 'up-left' },
    label: { x: 682, y: 250 },
  },
  {
    from: 'connected.pinged',
    to: 'connected.pinged',
    path: 'M520 389C520 436 612 420 558 374',
    tip: { x: 558, y: 374, towards: 'left' },
    label: { x: 640, y: 424 },
  },
  {
    from: 'connected.pinged',
    to: 'ended',
    path: 'M460 389V538',
    tip: { x: 460, y: 538, towards: 'down' },
    label: { x: 460, y: 470 },
  },
  {
    from: 'lost.quiet',
    to: 'lost.pinged',
    path: 'M860 159V331',
    tip: { x: 860, y: 331, towards: 'down' },
    label: { x: 860, y: 245 },
  },
  {
    from: 'lost.quiet',
    to: 'ended',
    path: 'M948 130H968Q984 130 984 146V538',
    tip: { x: 984, y: 538, towards: 'down' },
    label: { x: 984, y: 300 },
  },
  {
    from: 'lost.pinged',
    to: 'ended',
    path: 'M860 389V538',
    tip: { x: 860, y: 538, towards: 'down' },
    label: { x: 860, y: 466 },
  },
  {
    from: 'ended',
    to: 'ended',
    path: 'M500 582C492 618 568 618 560 582',
    tip: { x: 560, y: 582, towards: 'up' },
    label: { x: 530, y: 620 },
  },
];

/** The states and edges that have a place on the chart, with their counts. */
export function layoutChart(coverage: Coverage): { nodes: ChartNode[]; edges: ChartEdge[] } {
  const edges = ROUTES.map((route) => ({
    ...route,
    inputs: coverage.transitions
      .filter(({ from, to }) => from === route.from && to === route.to)
      .map(({ input, count }) => ({ input, count })),
  }));
  const known = new Set([...coverage.states, ...coverage.transitions.flatMap(({ from, to }) => [from, to])]);
  return {
    nodes: NODES.filter(({ id }) => known.has(id)),
    edges: edges.filter(({ inputs }) => inputs.length > 0),
  };
}
