import type { ClientDefinition } from '../contracts/subject/define-client.ts';
import { createClientContext, obey } from '../contracts/subject/obey-definition.ts';
import type { ClientSubject, SubjectEvent } from '../scenarios/client-subject.ts';

/** What the user of the app does, as a test does it: a client of `defineClient`. Only `start` and `stop` have to be there. */
export interface AppUser extends ClientDefinition {
  /**
   * Whether it tells the `context` what the user sees. Unless it says so, steps about that are not observable, and only
   * what passes over the wire is judged.
   */
  showsPlayback?: boolean | undefined;
}

/** Lets a scenario drive the app of a test. What the user's part throws, such as for want of a button, is thrown on. */
export function createDrivenClient(user: AppUser): ClientSubject {
  const listeners = new Set<(event: SubjectEvent) => void>();
  const context = createClientContext((event) => {
    for (const listener of listeners) listener(event);
  });
  const close = async (): Promise<void> => void (await user.exit?.(context));
  return {
    name: user.name ?? 'app',
    driven: true,
    showsPlayback: user.showsPlayback ?? false,
    async send(command, begin) {
      if (user[command.do] === undefined) return false;
      begin?.();
      await obey(user, command, context);
      return true;
    },
    subscribe(listener) {
      listeners.add(listener);
      // There is nothing to wait for: a test has its app ready before it plays.
      queueMicrotask(() => listener({ event: 'ready' }));
      return () => void listeners.delete(listener);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
