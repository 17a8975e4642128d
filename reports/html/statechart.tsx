import type { JSX } from 'preact';
import { printableLine } from '../printable.ts';
import type { Coverage } from '../result.ts';
import { CHART_SIZE, layoutChart } from './statechart-layout.ts';
import type { ChartEdge, ChartNode } from './statechart-layout.ts';

const LINE = 19;
const TURN = { right: 0, down: 90, left: 180, up: 270, 'up-left': 214 } as const;

/** How much of a session's life the run walked through, drawn on the model. */
export function Statechart({ coverage }: { coverage: Coverage }): JSX.Element {
  const { nodes, edges } = layoutChart(coverage);
  return (
    <section aria-labelledby="coverage">
      <h2 id="coverage">How much of the model was walked</h2>
      <p class="lead">{coverageSentence(coverage)}</p>
      <div class="scroll" tabindex={0} role="group" aria-label="Statechart, scrolls sideways">
        <svg
          class="chart"
          viewBox={`0 0 ${CHART_SIZE.width} ${CHART_SIZE.height}`}
          role="img"
          aria-label={`The life of a session. ${coverageSentence(coverage)} The table below has each transition.`}
        >
          <circle class="start" cx={130} cy={66} r={6} />
          <path class="edge" d="M130 72V101" />
          <path class="tip" d="M0 0l-9 -4.5v9z" transform="translate(130 101) rotate(90)" />
          {edges.map((edge) => (
            <Edge edge={edge} />
          ))}
          {nodes.map((node) => (
            <Node node={node} visits={visitsOf(coverage, node.id)} />
          ))}
          {edges.map((edge) => (
            <EdgeLabels edge={edge} />
          ))}
        </svg>
      </div>
      <TransitionTable coverage={coverage} />
    </section>
  );
}

function coverageSentence({ states, transitions, pairs }: Coverage): string {
  const walked = transitions.filter(({ count }) => count > 0);
  const reached = states.filter((state) => walked.some(({ from, to }) => from === state || to === state));
  const counted = [
    `${reached.length} of ${states.length} states`,
    `${walked.length} of ${transitions.length} transitions`,
    ...(pairs ? [`${pairs.covered} of ${pairs.total} pairs of transitions`] : []),
  ];
  return `${counted.join(', ')}. Dashed lines were not walked.`;
}

function visitsOf({ transitions }: Coverage, state: string): number {
  return transitions.reduce(
    (sum, { from, to, count }) => sum + (from === state || to === state ? count : 0),
    0,
  );
}

function Node({ node, visits }: { node: ChartNode; visits: number }): JSX.Element {
  const { id, x, y, width, height } = node;
  const [name = id, liveness] = id.split('.');
  const second = liveness === 'pinged' ? 'waits for PONG' : undefined;
  return (
    <g class={visits > 0 ? 'state' : 'state unwalked'}>
      <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx={12} />
      <text x={x} y={second === undefined ? y + 5 : y - 3} text-anchor="middle">
        {name}
      </text>
      {second !== undefined && (
        <text class="second" x={x} y={y + 16} text-anchor="middle">
          {second}
        </text>
      )}
    </g>
  );
}

function Edge({ edge }: { edge: ChartEdge }): JSX.Element {
  const walked = edge.inputs.some(({ count }) => count > 0);
  const { x, y, towards } = edge.tip;
  return (
    <g class={walked ? undefined : 'unwalked'}>
      <path class="edge" d={edge.path} />
      <path class="tip" d="M0 0l-9 -4.5v9z" transform={`translate(${x} ${y}) rotate(${TURN[towards]})`} />
    </g>
  );
}

function EdgeLabels({ edge }: { edge: ChartEdge }): JSX.Element {
  const { inputs, label } = edge;
  const top = label.y - (inputs.length * LINE) / 2;
  return (
    <g>
      {inputs.map(({ input, count }, index) => {
        const text = `${input} ${count > 0 ? count : '–'}`;
        const width = text.length * 6.7 + 12;
        const y = top + index * LINE;
        return (
          <g class={count > 0 ? 'input' : 'input unwalked'}>
            <rect x={label.x - width / 2} y={y + 0.5} width={width} height={LINE - 2} rx={5} />
            <text x={label.x} y={y + 13} text-anchor="middle">
              {input} <tspan class="count">{count > 0 ? count : '–'}</tspan>
            </text>
          </g>
        );
      })}
    </g>
  );
}

function TransitionTable({ coverage }: { coverage: Coverage }): JSX.Element {
  return (
    <details class="fold">
      <summary>Every transition, {coverage.transitions.length}</summary>
      <div class="scroll" tabindex={0} role="group" aria-label="Transitions, scrolls sideways">
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Input</th>
              <th scope="col">To</th>
              <th scope="col">Walked</th>
            </tr>
          </thead>
          <tbody>
            {coverage.transitions.map(({ from, input, to, count }) => (
              <tr class={count > 0 ? undefined : 'unwalked'}>
                <td>{printableLine(from)}</td>
                <td>{printableLine(input)}</td>
                <td>{printableLine(to)}</td>
                <td>{count > 0 ? `${count} times` : 'never'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
