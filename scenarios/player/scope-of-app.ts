import type { Scene } from './performed.ts';

/** The app's session where it has one, so that other devices go on undisturbed; otherwise its customer. */
export function scopeOfApp({ stage, world }: Scene): {
  customerId: string;
  publisherId: string;
  sessionId?: string;
} {
  const sessionId = world.sessionOf('app');
  return sessionId === undefined ? stage.customer : { ...stage.customer, sessionId };
}
