import type { ClientDefinition } from './define-client.ts';

const NEEDED = ['start', 'stop'] as const;
const OPTIONAL = ['takeover', 'end', 'reload', 'reset', 'exit'] as const;
const KNOWN: readonly string[] = ['name', ...NEEDED, ...OPTIONAL];

/** Says what keeps a module from being a client's; nothing where it is one. */
export function findDefinitionProblem(module: Readonly<Record<string, unknown>>): string | undefined {
  if (!('default' in module)) {
    const others = Object.keys(module);
    const found = others.length > 0 ? `, only ${others.join(', ')}` : '';
    return `it has no default export${found}; expected export default defineClient({ start, stop, … })`;
  }
  const value: unknown = module['default'];
  if (typeof value !== 'object' || value === null) {
    return `its default export is ${value === null ? 'null' : `a ${typeof value}`}; expected defineClient({ start, stop, … })`;
  }
  const members = value as Readonly<Record<string, unknown>>;
  const missing = NEEDED.filter((name) => members[name] === undefined);
  if (missing.length > 0) return `the client has no ${missing.join(' and no ')}; expected functions`;
  const wrong = [...NEEDED, ...OPTIONAL].find(
    (name) => members[name] !== undefined && typeof members[name] !== 'function',
  );
  if (wrong !== undefined) return `${wrong} is a ${typeof members[wrong]}; expected a function`;
  const unknown = Object.keys(members).find((name) => !KNOWN.includes(name));
  return unknown === undefined
    ? undefined
    : `there is nothing called ${JSON.stringify(unknown)}; expected ${KNOWN.join(', ')}`;
}

/** Which commands a client leaves its user no way to do. */
export function listMissing(definition: ClientDefinition): string[] {
  return OPTIONAL.filter((name) => definition[name] === undefined);
}
