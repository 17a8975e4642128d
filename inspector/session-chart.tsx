import type { JSX } from 'preact';
import type { SessionState } from '../protocol/model/session-table.ts';
import type { Session } from './world.ts';

/** The states of a session in a person's words. */
export const STATE_WORDS: Record<SessionState, string> = {
  'pending.quiet': 'not connected yet',
  'connected.quiet': 'connected',
  'connected.pinged': 'awaits PONG',
  'lost.quiet': 'lost',
  'lost.pinged': 'lost, deadline runs',
  ended: 'ended',
};

// Six states that seldom change: placed by hand they read better than any layout that is computed.
const BOX = { width: 104, height: 46 };
const PLACES: Partial<Record<SessionState, { x: number; y: number; words: [string, string] }>> = {
  'pending.quiet': { x: 6, y: 10, words: ['pending', ''] },
  'connected.quiet': { x: 146, y: 10, words: ['connected', ''] },
  'connected.pinged': { x: 146, y: 98, words: ['connected', 'awaits PONG'] },
  'lost.quiet': { x: 286, y: 10, words: ['lost', ''] },
  'lost.pinged': { x: 286, y: 98, words: ['lost', 'deadline runs'] },
};
const ARROWS = [
  'M110 33H143',
  'M250 27H283',
  'M286 39H253',
  'M188 56V95',
  'M208 98V59',
  'M250 121H283',
  'M338 56V95',
  'M290 98L253 59',
];

/** The chart of a session’s life, with each session as a dot where it is. */
export function SessionChart(props: {
  sessions: readonly Session[];
  colors: ReadonlyMap<string, number>;
  picked: string | undefined;
}): JSX.Element {
  const { sessions, colors, picked } = props;
  const told = Object.entries(PLACES).map(
    ([state]) =>
      `${sessions.filter((session) => session.state === state).length} ${STATE_WORDS[state as SessionState]}`,
  );
  return (
    <svg class="chart" viewBox="0 0 396 154" role="img" aria-label={`Sessions by state: ${told.join(', ')}`}>
      <defs>
        <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0.5L8 4L0 7.5z" />
        </marker>
      </defs>
      {ARROWS.map((path) => (
        <path class="way" d={path} marker-end="url(#tip)" />
      ))}
      {Object.entries(PLACES).map(([state, { x, y, words }]) => {
        const here = sessions.filter((session) => session.state === state);
        return (
          <g class={here.length > 0 ? 'here' : ''}>
            <rect x={x} y={y} rx={9} {...BOX} />
            <text x={x + BOX.width / 2} y={y + (words[1] === '' ? 19 : 15)}>
              {words[0]}
            </text>
            {words[1] !== '' && (
              <text class="second" x={x + BOX.width / 2} y={y + 27}>
                {words[1]}
              </text>
            )}
            <Dots here={here} colors={colors} picked={picked} x={x + BOX.width / 2} y={y + 36} />
          </g>
        );
      })}
    </svg>
  );
}

/** More dots than these do not fit into a state. */
const MOST_DOTS = 8;

function Dots(props: {
  here: readonly Session[];
  colors: ReadonlyMap<string, number>;
  picked: string | undefined;
  x: number;
  y: number;
}): JSX.Element {
  const { here, colors, picked, x, y } = props;
  if (here.length > MOST_DOTS) {
    return (
      <text class="crowd" x={x} y={y + 4}>
        {here.length}
      </text>
    );
  }
  return (
    <>
      {here.map(({ id, name }, index) => (
        <circle
          key={id}
          class={`c${(colors.get(id) ?? 0) % 6}`}
          cx={x + (index - (here.length - 1) / 2) * 11}
          cy={y}
          r={picked === id ? 6 : 4}
        >
          <title>{name}</title>
        </circle>
      ))}
    </>
  );
}
