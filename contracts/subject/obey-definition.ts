import type { DriverCommand, DriverEvent } from '../../protocol/driver-protocol.ts';
import type { ClientContext, ClientDefinition, PlayRequest } from './define-client.ts';

/** Lets a defined client do what the driver protocol tells it. `show` gets the events that come of it. */
export function createObedience(
  definition: ClientDefinition,
  show: (event: DriverEvent) => void,
): (command: DriverCommand) => Promise<void> {
  const context: ClientContext = {
    playback: (playing) => show({ event: 'playback', playing }),
    limit: ({ takeover, sessions }) => show({ event: 'limit', takeover, sessions: [...sessions] }),
    takenOver: (by) => show({ event: 'taken-over', ...(by === undefined ? {} : { by }) }),
    ended: () => show({ event: 'ended' }),
    error: (message) => show({ event: 'error', message }),
  };
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

function obey(definition: ClientDefinition, command: DriverCommand, context: ClientContext): unknown {
  switch (command.do) {
    case 'start': {
      const { do: _, ...given } = command;
      const named = Object.entries(given).filter(([, value]) => value !== undefined);
      return definition.start(Object.fromEntries(named) as unknown as PlayRequest, context);
    }
    case 'takeover':
      return definition.takeover?.(command.sessionId, context);
    case 'stop':
    case 'end':
    case 'reload':
    case 'reset':
    case 'exit':
      return definition[command.do]?.(context);
  }
}
