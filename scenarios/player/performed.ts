import type { ClientSubject } from '../client-subject.ts';
import type { Stage } from './stage.ts';
import type { World } from './world.ts';

/** What a step that does something works with. */
export interface Scene {
  readonly stage: Stage;
  readonly world: World;
  /** The client, where it speaks the driver protocol. */
  readonly subject: ClientSubject | undefined;
}

/**
 * How doing went: `done`, or what stood against it. `undriven` means that only the app's own user can do it, `no-way` that
 * the app does not let its user do it.
 */
export type Performed =
  | { readonly kind: 'done' }
  | { readonly kind: 'undriven' }
  | { readonly kind: 'no-way' }
  | { readonly kind: 'impossible'; readonly expected: string; readonly actual: string };

export const DONE: Performed = { kind: 'done' };

/** Something that the script takes for given does not hold. */
export function impossible(expected: string, actual: string): Performed {
  return { kind: 'impossible', expected, actual };
}
