import type { JSX, TargetedEvent } from 'preact';
import { route } from './control-client.ts';
import { STATE_WORDS } from './session-chart.tsx';
import type { SimulatorView } from './use-simulator.ts';
import type { Ghost, Session } from './world.ts';

interface SessionLineProps {
  session: Session;
  color: number;
  view: SimulatorView;
  onHover: (inside: boolean) => void;
}

/** A session: its name, its state, and what can be done to it. */
export function SessionLine({ session, color, view, onHover }: SessionLineProps): JSX.Element {
  const { id, name, state } = session;
  const { act, world } = view;
  const shown = name === '' ? id.slice(0, 8) : name;
  const connections = world?.connections.filter(({ sessionId }) => sessionId === id) ?? [];
  const ghost = world?.ghosts.find(({ sessionId }) => sessionId === id);
  const tell = (said: string, verb: string, body?: object): void =>
    void act(said, 'POST', `${route`/sessions/${id}`}/${verb}`, body);
  return (
    <div class={`session c${color}`} onMouseEnter={() => onHover(true)} onMouseLeave={() => onHover(false)}>
      <div class="line">
        <i class="dot" aria-hidden="true" />
        <span class="grow name" title={id}>
          {shown} {ghost && <span class="badge">{ghost.behaviour} ghost</span>}
        </span>
        <span class={`state ${state.replace('.', ' ')}`}>{STATE_WORDS[state]}</span>
      </div>
      <div class="group" role="group" aria-label={`What to do to ${shown}`}>
        <button type="button" onClick={() => tell(`PING to ${shown}`, 'ping')}>
          PING
        </button>
        <button type="button" onClick={() => tell(`${shown} was taken over`, 'take-over', {})}>
          Take over
        </button>
        <button type="button" onClick={() => tell(`TERMINATE to ${shown}`, 'terminate')}>
          TERMINATE
        </button>
        <button type="button" onClick={() => tell(`${shown} has expired`, 'expire')}>
          Expire
        </button>
        <details class="more">
          <summary aria-label={`More for ${shown}`}>More</summary>
          <div class="sheet">
            <TakeOverForm shown={shown} tell={tell} />
            {connections.map((connection) => (
              <ConnectionForms connection={connection.id} shown={shown} act={act} />
            ))}
            {ghost && <GhostForms ghost={ghost} act={act} />}
          </div>
        </details>
      </div>
    </div>
  );
}

type Act = SimulatorView['act'];

/** The fields of a form as an object, at its submission. */
function submit(use: (fields: Record<string, string>) => void) {
  return (event: TargetedEvent<HTMLFormElement>): void => {
    event.preventDefault();
    use(Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>);
  };
}

function TakeOverForm(props: {
  shown: string;
  tell: (said: string, verb: string, body?: object) => void;
}): JSX.Element {
  const { shown, tell } = props;
  return (
    <form
      class="inline"
      onSubmit={submit(({ sessionName }) =>
        tell(`${sessionName} took ${shown} over`, 'take-over', { sessionName }),
      )}
    >
      <label>
        Take over as <input name="sessionName" defaultValue="Another device" required maxLength={100} />
      </label>
      <button type="submit">Take over as named</button>
    </form>
  );
}

function ConnectionForms({
  connection,
  shown,
  act,
}: {
  connection: string;
  shown: string;
  act: Act;
}): JSX.Element {
  const path = route`/connections/${connection}`;
  return (
    <>
      <div class="group">
        <button
          type="button"
          onClick={() => void act(`The connection of ${shown} is cut`, 'POST', `${path}/cut`)}
        >
          Cut the connection
        </button>
      </div>
      <form
        class="inline"
        onSubmit={submit(
          ({ code, reason }) =>
            void act(`Closed ${shown} with ${code}`, 'POST', `${path}/close`, { code: Number(code), reason }),
        )}
      >
        <label>
          Code <input name="code" type="number" min="1000" max="4999" defaultValue="1001" required />
        </label>
        <label>
          Reason <input name="reason" maxLength={123} />
        </label>
        <button type="submit">Close</button>
      </form>
      <form
        class="inline"
        onSubmit={submit(({ text }) => void act(`A frame to ${shown}`, 'POST', `${path}/send`, { text }))}
      >
        <label>
          Frame <input name="text" defaultValue='{"action":"SURPRISE"}' />
        </label>
        <button type="submit">Send</button>
      </form>
    </>
  );
}

function GhostForms({ ghost, act }: { ghost: Ghost; act: Act }): JSX.Element {
  const { id, name, behaviour, connected } = ghost;
  const path = route`/ghosts/${id}`;
  return (
    <div class="group">
      <label>
        Ghost{' '}
        <select
          value={behaviour}
          onChange={({ currentTarget: { value } }) =>
            void act(`${name} is ${value}`, 'PATCH', path, { behaviour: value })
          }
        >
          {['obedient', 'mute', 'zombie'].map((value) => (
            <option value={value}>{value}</option>
          ))}
        </select>
      </label>
      {connected ? (
        <>
          <button
            type="button"
            onClick={() => void act(`${name} sent PONG`, 'POST', `${path}/send`, { action: 'PONG' })}
          >
            Send PONG
          </button>
          <button
            type="button"
            onClick={() => void act(`${name} lost its connection`, 'POST', `${path}/cut`)}
          >
            Lose connection
          </button>
        </>
      ) : (
        <button type="button" onClick={() => void act(`${name} is back`, 'POST', `${path}/reconnect`)}>
          Reconnect
        </button>
      )}
      <button type="button" onClick={() => void act(`${name} has finished`, 'DELETE', path)}>
        Finish
      </button>
    </div>
  );
}
