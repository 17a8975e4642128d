import type { JSX } from 'preact';
import { formatDuration } from '../duration.ts';
import { printableLine } from '../printable.ts';
import type { TranscriptEntry } from '../result.ts';
import { transcriptExcerpt } from '../transcript-line.ts';
import { textWidth } from './fit-text.ts';
import { layoutSequence } from './sequence-layout.ts';
import type { DiagramRow, Lifeline } from './sequence-layout.ts';

/** More rows than this are no picture any more; the transcript has them all. */
const ROWS = 40;
const ROWS_AMONG_MANY = 16;

interface SequenceDiagramProps {
  transcript: readonly TranscriptEntry[];
  /** What the lifeline at the right is called. */
  server: string;
  colors: ReadonlyMap<string, string>;
  /** For those who do not see the picture. */
  title: string;
  /** One of so many that only what leads up to the failure is drawn. */
  brief: boolean;
}

/** The conversation as a picture: a lifeline for each device and the server, an arrow for each thing said. */
export function SequenceDiagram({
  transcript,
  server,
  colors,
  title,
  brief,
}: SequenceDiagramProps): JSX.Element {
  const { entries, before, after } = transcriptExcerpt(transcript, brief ? ROWS_AMONG_MANY : ROWS);
  const layout = layoutSequence(entries, server);
  const { width, height, lifelines, rows, pauses } = layout;
  return (
    <figure class="figure">
      <div class="scroll" tabindex={0} role="group" aria-label="Sequence diagram, scrolls sideways">
        <svg
          class="sequence"
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          role="img"
          aria-label={`Sequence diagram: ${printableLine(title)}`}
        >
          {rows.map((row) => row.entry.offending && <OffendingBand row={row} width={width} />)}
          {lifelines.map((lifeline) => (
            <LifelineView lifeline={lifeline} height={height} color={colors.get(lifeline.device ?? '')} />
          ))}
          {pauses.map(({ y, milliseconds }) => (
            <g class="pause">
              <line x1={84} x2={width - 8} y1={y} y2={y} />
              <text x={8} y={y + 4}>
                {formatDuration(milliseconds)}
              </text>
            </g>
          ))}
          {rows.map((row) => (
            <RowView row={row} color={colors.get(row.entry.device)} />
          ))}
        </svg>
      </div>
      {before + after > 0 && (
        <figcaption>
          {before > 0 && `${before} earlier `}
          {before > 0 && after > 0 && 'and '}
          {after > 0 && `${after} later `}
          lines are in the transcript only.
        </figcaption>
      )}
    </figure>
  );
}

function LifelineView(props: { lifeline: Lifeline; height: number; color: string | undefined }): JSX.Element {
  const { lifeline, height, color = 'server' } = props;
  const width = Math.max(72, textWidth(lifeline.name) + 24);
  return (
    <g class={`lifeline ${color}`}>
      <line x1={lifeline.x} x2={lifeline.x} y1={38} y2={height - 8} />
      <rect x={lifeline.x - width / 2} y={8} width={width} height={28} rx={6} />
      <text x={lifeline.x} y={26.5} text-anchor="middle">
        {lifeline.name}
      </text>
    </g>
  );
}

function OffendingBand({ row, width }: { row: DiagramRow; width: number }): JSX.Element {
  return <rect class="offending-band" x={2} y={row.y + 1} width={width - 4} height={row.height - 2} rx={6} />;
}

function RowView({ row, color }: { row: DiagramRow; color: string | undefined }): JSX.Element {
  const { entry, y } = row;
  const classes = [
    'row',
    entry.kind,
    color,
    entry.injected !== undefined && 'injected',
    entry.offending && 'offending',
  ];
  const middle = row.box ? row.box.x + row.box.width / 2 : (row.from + row.to) / 2;
  const tagY = y + 42;
  return (
    <g class={classes.filter(Boolean).join(' ')}>
      <text class="at" x={8} y={y + 24}>{`+${Math.round(entry.at)} ms`}</text>
      {row.box ? <OwnEvent row={row} box={row.box} /> : <Arrow row={row} />}
      {entry.injected !== undefined && (
        <Tag
          class="injected-tag"
          x={middle}
          y={tagY}
          text={`injected: ${printableLine(entry.injected).slice(0, 40)}`}
        />
      )}
      {entry.offending && (
        <Tag
          class="offending-tag"
          x={middle}
          y={tagY + (entry.injected === undefined ? 0 : 20)}
          text="✗ here the rule breaks"
        />
      )}
    </g>
  );
}

function Arrow({ row }: { row: DiagramRow }): JSX.Element {
  const { from, to, label, entry } = row;
  const y = row.y + 26;
  const ahead = to > from ? 1 : -1;
  const middle = (from + to) / 2;
  return (
    <>
      <line class="shaft" x1={from + ahead * 2} x2={to - ahead * 3} y1={y} y2={y} />
      {entry.kind === 'close' ? (
        <path class="cross" d={`M${to - ahead * 14} ${y - 5}l10 10m0 -10l-10 10`} />
      ) : (
        <path class="head" d={`M${to - ahead * 2} ${y}l${-ahead * 9} -4.5v9z`} />
      )}
      {entry.kind === 'open' && <circle class="head" cx={from} cy={y} r={3.5} />}
      <text class="label" x={middle} y={y - 7} text-anchor="middle">
        {label}
      </text>
    </>
  );
}

function OwnEvent({ row, box }: { row: DiagramRow; box: { x: number; width: number } }): JSX.Element {
  return (
    <>
      <rect class="own" x={box.x} y={row.y + 7} width={box.width} height={24} rx={12} />
      <text class="label" x={box.x + box.width / 2} y={row.y + 23} text-anchor="middle">
        {row.label}
      </text>
    </>
  );
}

function Tag(props: { class: string; x: number; y: number; text: string }): JSX.Element {
  return (
    <text class={props.class} x={props.x} y={props.y} text-anchor="middle">
      {props.text}
    </text>
  );
}
