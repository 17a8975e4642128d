import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { createJiti } from 'jiti';
import type { DriverCommand } from '../../protocol/driver-protocol.ts';
import { findDefinitionProblem, listMissing } from './check-definition.ts';
import type { ClientDefinition } from './define-client.ts';
import { createObedience } from './obey-definition.ts';

// The thread of one client: loads the module, then takes commands and gives events, as a process does by lines.

/** What a thread says beside events of the driver protocol. */
export type ThreadNews =
  | { news: 'loaded'; name: string | undefined; missing: string[] }
  | { news: 'bad-module'; problem: string }
  | { news: 'done' };

const { file } = workerData as { file: string };
const port = parentPort;
if (!port) throw new TypeError('this module is the thread of a client; it cannot be imported elsewhere');

try {
  const jiti = createJiti(pathToFileURL(file).href, { fsCache: false, interopDefault: false });
  const module = await jiti.import<Record<string, unknown>>(file);
  const problem = findDefinitionProblem(module);
  if (problem === undefined) serve(module['default'] as ClientDefinition);
  else port.postMessage({ news: 'bad-module', problem } satisfies ThreadNews);
} catch (error) {
  const problem = `it cannot be run: ${error instanceof Error ? error.message : String(error)}`;
  port.postMessage({ news: 'bad-module', problem } satisfies ThreadNews);
}

function serve(definition: ClientDefinition): void {
  const obey = createObedience(definition, (event) => port?.postMessage(event));
  port?.on('message', (command: DriverCommand) => {
    void obey(command).then(() => {
      if (command.do === 'exit') port?.postMessage({ news: 'done' } satisfies ThreadNews);
    });
  });
  const loaded = { news: 'loaded', name: definition.name, missing: listMissing(definition) } as const;
  port?.postMessage(loaded satisfies ThreadNews);
  port?.postMessage({ event: 'ready' });
}
