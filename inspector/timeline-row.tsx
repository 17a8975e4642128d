import type { JSX } from 'preact';
import type { Row } from './cast.ts';
import { formatTime, isLost, wordEntry } from './entry-words.ts';
import type { EntryWords } from './entry-words.ts';
import { lanesWidth, laneX, SERVER_X } from './lane-geometry.ts';
import { occupantAt } from './lanes.ts';
import type { Lanes } from './lanes.ts';
import { ROW_HEIGHT } from './use-window.ts';

interface TimelineRowProps {
  row: Row;
  index: number;
  count: number;
  lanes: Lanes;
  selected: boolean;
  onSelect: () => void;
}

/** More of a content than this cannot be seen on one line. */
const MOST_CONTENT = 300;

/** One entry: its time, its arrow between the lifelines, its content. On a phone words stand for the arrow. */
export function TimelineRow({ row, index, count, lanes, selected, onSelect }: TimelineRowProps): JSX.Element {
  const { entry, device } = row;
  const words = wordEntry(entry);
  const color = device ? `c${device.color % 6}` : 'nobody';
  const injected = entry.injected === undefined ? '' : ' injected';
  const lost = isLost(entry);
  return (
    <div
      class={`row ${color} ${words.tone} ${entry.kind}${injected}`}
      role="option"
      id={`entry-${entry.seq}`}
      aria-selected={selected}
      aria-posinset={index + 1}
      aria-setsize={count}
      onClick={onSelect}
    >
      <time class="time">{formatTime(entry.at)}</time>
      <Arrow words={words} row={row} index={index} lanes={lanes} />
      <span class="said">
        <span class="who">{device?.name ?? 'Server'}</span>
        <span class="visually-hidden">{WAY_WORDS[words.way]}</span>
        <span class="narrow" aria-hidden="true" data-sign={WAY_SIGNS[words.way]} />
        <b>{words.label}</b>
      </span>
      <span class="content">
        {entry.injected !== undefined && <span class="badge injected">{entry.injected}</span>}
        {lost && (
          <>
            <span class="badge lost">lost</span>{' '}
          </>
        )}
        {words.content.slice(0, MOST_CONTENT)}
      </span>
    </div>
  );
}

const WAY_WORDS = {
  'to-server': ' to the server: ',
  'to-device': ' from the server: ',
  'at-device': ': ',
  'at-server': ': ',
} as const;
const WAY_SIGNS = { 'to-server': '→', 'to-device': '←', 'at-device': '•', 'at-server': '•' } as const;

const MIDDLE = ROW_HEIGHT - 12;

function Arrow(props: { words: EntryWords; row: Row; index: number; lanes: Lanes }): JSX.Element {
  const { words, row, index, lanes } = props;
  const count = lanes.spans.length;
  const lane = row.device && lanes.laneOf.get(row.device);
  const end = lane === undefined ? SERVER_X : laneX(lane, count);
  return (
    <svg class="arrow" width={lanesWidth(count)} height={ROW_HEIGHT} aria-hidden="true">
      <line class="lifeline nobody" x1={SERVER_X} x2={SERVER_X} y2={ROW_HEIGHT} />
      {lanes.spans.map((spans, at) => {
        const device = occupantAt(spans, index);
        const x = laneX(at, count);
        return device && <line class={`lifeline c${device.color % 6}`} x1={x} x2={x} y2={ROW_HEIGHT} />;
      })}
      {words.way === 'to-server' || words.way === 'to-device' ? (
        <Shaft
          words={words}
          end={end}
          lost={isLost(row.entry) || (row.entry.kind === 'close' && row.entry.by === 'network')}
        />
      ) : (
        <Happening words={words} x={words.way === 'at-server' ? SERVER_X : end} last={lane === count - 1} />
      )}
    </svg>
  );
}

function Shaft({ words, end, lost }: { words: EntryWords; end: number; lost: boolean }): JSX.Element {
  const [from, to] = words.way === 'to-server' ? [end, SERVER_X] : [SERVER_X, end];
  const back = to > from ? -7 : 7;
  const middle = (SERVER_X + end) / 2;
  const room = Math.abs(end - SERVER_X) - 10;
  return (
    <>
      <line class="shaft" x1={from} x2={lost ? middle : to + back / 2} y1={MIDDLE} y2={MIDDLE} />
      {lost ? (
        <path class="cross" d={`M${middle - 5} ${MIDDLE - 5}l10 10m0 -10l-10 10`} />
      ) : (
        <path class="head" d={`M${to} ${MIDDLE}l${back} -4v8z`} />
      )}
      <text class="label" x={middle} y={MIDDLE - 8}>
        {fit(words.label, Math.max(room, 56))}
      </text>
    </>
  );
}

function Happening({ words, x, last }: { words: EntryWords; x: number; last: boolean }): JSX.Element {
  // Beside the lifeline there is room at its right, but for the last one.
  return (
    <>
      <circle class="moment" cx={x} cy={ROW_HEIGHT / 2} r={4.5} />
      <text class={last ? 'label before' : 'label after'} x={last ? x - 10 : x + 10} y={ROW_HEIGHT / 2 + 4}>
        {fit(words.label, 96)}
      </text>
    </>
  );
}

/** Of the page's monospaced letters, in pixels. */
const LETTER = 6.7;

function fit(text: string, room: number): string {
  const most = Math.floor(room / LETTER);
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
}
