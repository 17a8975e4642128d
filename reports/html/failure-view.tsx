import type { JSX } from 'preact';
import { printable, printableLine } from '../printable.ts';
import type { Failure } from '../result.ts';
import { deviceColors, splitStep } from './device-colors.ts';
import { SequenceDiagram } from './sequence-diagram.tsx';
import { TranscriptView } from './transcript-view.tsx';

interface FailureViewProps {
  failure: Failure;
  /** What the viewer or the publisher suffers. */
  why: string;
  /** The name of the server's lifeline. */
  server: string;
  /** Whether the page holds so many failures that each has to be drawn with less. */
  brief: boolean;
}

/** One failure, told so that the person who has to fix it understands it without running it. */
export function FailureView({ failure, why, server, brief }: FailureViewProps): JSX.Element {
  const { message, expected, actual, steps, transcript, location, log, replay } = failure;
  const colors = deviceColors(failure);
  return (
    <article class="failure">
      <h4>{printable(message)}</h4>
      {location && (
        <p class="location">
          <code>{`${printableLine(location.file)}:${location.line}:${location.column}`}</code>
        </p>
      )}
      <dl class="comparison">
        <div class="expected">
          <dt>Expected</dt>
          <dd>{printable(expected)}</dd>
        </div>
        <div class="came">
          <dt>What came</dt>
          <dd>{printable(actual)}</dd>
        </div>
      </dl>
      <p class="why">
        <strong>Why it matters</strong> {printable(why)}
      </p>
      {steps.length > 0 && <Steps steps={steps} colors={colors} />}
      {transcript.length > 0 && (
        <>
          <h5>The conversation</h5>
          <SequenceDiagram
            transcript={transcript}
            server={server}
            colors={colors}
            title={message}
            brief={brief}
          />
          <TranscriptView transcript={transcript} colors={colors} plain={brief} />
        </>
      )}
      {log !== undefined && log.length > 0 && <Log lines={log} />}
      {replay && <Replay command={replay.command} />}
    </article>
  );
}

function Steps({
  steps,
  colors,
}: {
  steps: readonly string[];
  colors: ReadonlyMap<string, string>;
}): JSX.Element {
  return (
    <>
      <h5>The shortest way to see it</h5>
      <ol class="steps">
        {steps.map((step) => {
          const { device, text } = splitStep(step);
          return (
            <li>
              {device !== undefined && (
                <span class={`device ${colors.get(device) ?? ''}`}>{printableLine(device)}</span>
              )}{' '}
              {printable(text)}
            </li>
          );
        })}
      </ol>
    </>
  );
}

function Log({ lines }: { lines: readonly string[] }): JSX.Element {
  return (
    <details class="fold">
      <summary>The client’s log, {lines.length === 1 ? '1 line' : `${lines.length} lines`}</summary>
      <pre class="log" tabindex={0}>
        {lines.map(printable).join('\n')}
      </pre>
    </details>
  );
}

function Replay({ command }: { command: string }): JSX.Element {
  return (
    <div class="replay">
      <h5>See it again</h5>
      <div class="command">
        <code>{printableLine(command)}</code>
        <button type="button" data-copy hidden>
          Copy
        </button>
      </div>
    </div>
  );
}
