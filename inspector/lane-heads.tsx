import type { JSX } from 'preact';
import { laneStep, lanesWidth, laneX, SERVER_X } from './lane-geometry.ts';
import { occupantAt } from './lanes.ts';
import type { Lanes } from './lanes.ts';

/** Who stands at which lifeline in the part of the timeline that is drawn. */
export function LaneHeads({ lanes, from, to }: { lanes: Lanes; from: number; to: number }): JSX.Element {
  const count = lanes.spans.length;
  return (
    <div class="heads" aria-hidden="true">
      <span class="time">Time (UTC)</span>
      <div class="names" style={{ width: `${lanesWidth(count)}px` }}>
        <b style={{ left: `${SERVER_X}px` }}>Server</b>
        {lanes.spans.map((lane, index) => {
          const device = lastOccupant(lane, from, to);
          return (
            device && (
              <b
                class={`c${device.color % 6}`}
                style={{ left: `${laneX(index, count)}px`, maxWidth: `${laneStep(count) - 8}px` }}
                title={device.name}
              >
                {device.name}
              </b>
            )
          );
        })}
      </div>
      <span class="content">Content</span>
    </div>
  );
}

function lastOccupant(lane: Lanes['spans'][number], from: number, to: number) {
  for (let row = to - 1; row >= from; row -= 1) {
    const device = occupantAt(lane, row);
    if (device) return device;
  }
  return undefined;
}
