import { readConversation } from '../trace/conversation.ts';
import type { Violation } from '../trace/finding.ts';
import type { PlacedDevice } from './place-device.ts';

/**
 * Doubts that a client heard what it did not answer: seen from the server, a client that is mute and one whose network went
 * away look the same. Nobody doubts what the client itself recorded, nor a connection that it still speaks on or whose close
 * it answers: what is sent on a connection arrives in its order.
 */
export function doubtArrival({ event }: Violation, { device, trace }: PlacedDevice): string | undefined {
  if (device.isOwnView || event?.kind !== 'told' || device.heardOut?.has(event.link)) return undefined;
  const link = readConversation(trace).links.find(({ attempt }) => attempt.link === event.link);
  if (link?.said.some(({ at }) => at > event.at)) return undefined;
  return 'Whether the PING reached the client, the recording does not show.';
}
