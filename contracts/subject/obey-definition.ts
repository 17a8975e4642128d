import type { DriverCommand, DriverEvent } from '../../protocol/driver-protocol.ts';
import type { ClientContext, ClientDefinition, PlayRequest } from './define-client.ts';

/** Lets a defined client do what the driver protocol tells it. `show` gets the events that come of it. */
export function createObedience(
  definition: ClientDefinition,
  show: (event: DriverEvent) => void,
): (command: DriverCommand) => Promise<void> {
  const context = createClientContext(show);
  return async (command) => {
    try {
      await obey(definition, command, context);
    } catch (error) {
      console.error(error);
      show({ event: 'error', message: `${command.do}() threw ${String(error)}` });
    }
    if (command.do === 'reset' || command.do === 'reload') show({ event: 'ready' });
  };
}

/** Makes what a defined client tells of its user's screen events of the driver protocol. */
export function createClientContext(show: (event: DriverEvent) => void): ClientContext {
  return {
    playback: (playing) => show({ event: 'playback', playing }),
    limit: ({ takeover, sessions }) => show({ event: 'limit', takeover, sessions: [...sessions] }),
    takenOver: (by) => show({ event: 'taken-over', ...(by === undefined ? {} : { by }) }),
    ended: () => show({ event: 'ended' }),
    error: (message) => show({ event: 'error', message }),
  };
}

/** Does what a command says; resolves when the client's own function does, and rejects with what that throws. */
export async function obey(
  definition: ClientDefinition,
  command: DriverCommand,
  context: ClientContext,
): Promise<void> {
  switch (command.do) {
    case 'start': {
      const { do: _, ...given } = command;
      const named = Object.entries(given).filter(([, value]) => value !== undefined);
      await definition.start(Object.fromEntries(named) as unknown as PlayRequest, context);
      return;
    }
    case 'takeover':
      await definition.takeover?.(command.sessionId, context);
      return;
    case 'stop':
    case 'end':
    case 'reload':
    case 'reset':
    case 'exit':
      await definition[command.do]?.(context);
  }
}
