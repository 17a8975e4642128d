import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ScenarioPlay, ScenarioStep } from '../simulator/scenario-switch.ts';
import { route } from './control-client.ts';
import { formatTime } from './entry-words.ts';
import type { SimulatorView } from './use-simulator.ts';

const STATE_WORDS: Record<ScenarioPlay['state'], string> = {
  on: 'on',
  pass: 'passed',
  fail: 'failed',
  'not-exercised': 'not exercised',
  stopped: 'stopped',
  error: 'error',
};

/** How a scenario goes: what the user is to do now, what is awaited, what came, and where it failed. */
export function ScenarioPlayView({
  play,
  act,
}: {
  play: ScenarioPlay;
  act: SimulatorView['act'];
}): JSX.Element {
  const { scenario, customerId, publisherId, state, notes, steps, breach, reason } = play;
  const isOn = state === 'on';
  const asked = steps.filter((step) => step.state === 'prompt');
  const end = (): void =>
    void act(
      isOn ? `${scenario} is off` : `${scenario} is forgotten`,
      'DELETE',
      `${route`/scenarios/plays/${customerId}`}?${new URLSearchParams({ publisherId })}`,
    );
  return (
    <article class={`play ${state}`} aria-label={`${scenario} for ${customerId}`}>
      <header class="line">
        <h3 class="grow">
          {scenario} <span>{customerId}</span>
        </h3>
        <span class="verdict">{STATE_WORDS[state]}</span>
        <button type="button" aria-label={`${isOn ? 'Stop' : 'Dismiss'} ${scenario}`} onClick={end}>
          {isOn ? 'Stop' : 'Dismiss'}
        </button>
      </header>
      {isOn && asked.length > 0 && (
        <p class="prompt" role="status">
          Now, in the app: <b>{asked.map(({ text }) => tellUser(text)).join(', then ')}</b>
        </p>
      )}
      {notes.map((note) => (
        <p class="quiet">{note}</p>
      ))}
      {breach && (
        <dl class="breach">
          <dt>At step {breach.number}</dt>
          <dd>{breach.step}</dd>
          <dt>Expected</dt>
          <dd>{breach.expected}</dd>
          <dt>Came</dt>
          <dd>{breach.actual}</dd>
        </dl>
      )}
      {!breach && reason !== undefined && <p class="quiet">{reason}</p>}
      <Steps steps={steps} />
    </article>
  );
}

const USER_WORDS: Record<string, string> = {
  'user: presses play': 'press play',
  'user: presses stop': 'press stop',
  'user: reloads the page': 'reload the page',
};

function tellUser(text: string): string {
  return USER_WORDS[text] ?? text.replace(/^user: takes over/, 'take over');
}

// Around the step at which it stands; the others are a click away.
const SHOWN_BEFORE = 2;
const SHOWN_AFTER = 3;

function Steps({ steps }: { steps: readonly ScenarioStep[] }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const ahead = steps.findIndex(({ state }) => state === 'to-come' || state === 'not-reached');
  const present = (ahead === -1 ? steps.length : ahead) - 1;
  const from = isWhole ? 0 : Math.max(0, present - SHOWN_BEFORE);
  const to = isWhole ? steps.length : present + 1 + SHOWN_AFTER;
  const hidden = steps.length - Math.min(to, steps.length) + from;
  return (
    <>
      <ol class="steps" start={from + 1}>
        {steps.slice(from, to).map((step, index) => (
          <StepLine step={step} number={from + index + 1} />
        ))}
      </ol>
      {(hidden > 0 || isWhole) && (
        <button
          type="button"
          class="plain all-steps"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? 'Fewer steps' : `${hidden} more steps`}
        </button>
      )}
    </>
  );
}

const MARKS: Record<ScenarioStep['state'], [sign: string, words: string]> = {
  'to-come': ['○', 'to come'],
  prompt: ['☞', 'for the user to do'],
  awaited: ['…', 'awaited'],
  'under-way': ['…', 'under way'],
  pass: ['✓', 'passed'],
  fail: ['✗', 'failed'],
  'not-observable': ['◌', 'not observable'],
  'not-reached': ['·', 'not reached'],
};

function StepLine({ step, number }: { step: ScenarioStep; number: number }): JSX.Element {
  const { text, state, came, until, rules } = step;
  const [sign, words] = MARKS[state];
  const isAwaited = state === 'awaited' || state === 'under-way';
  return (
    <li class={state} title={[came, ...rules].filter(Boolean).join('\n')} value={number}>
      <span aria-hidden="true">{sign}</span>
      <span class="visually-hidden">{words}: </span>
      <span class="grow">{text}</span>
      {isAwaited && until !== undefined && <span class="quiet">until {formatTime(until).slice(0, 8)}</span>}
    </li>
  );
}
