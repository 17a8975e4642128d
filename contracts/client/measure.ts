import type { AttachedClient } from '../subject/attached-client.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Trace } from '../trace/trace.ts';
import { YARDSTICK } from './monitor.ts';
import type { Yardstick } from './monitor.ts';
import type { Patience } from './patience.ts';
import { playCase } from './play-case.ts';
import { PING, PLAY_AGAIN, situation } from './situations/steps.ts';

/** How many times the round trip still counts as at once. */
const ROUND_TRIPS = 20;

/** First contact: one session, and how long the client takes to answer. */
export const FIRST_CONTACT = situation('first-contact', {}, PLAY_AGAIN, PING, PING);

/** What is measured of a client before it is judged, and what follows for judging it. */
export interface Measurement {
  readonly yardstick: Yardstick;
  readonly facts: Record<string, string>;
  readonly trace: Trace;
}

/** Measures the client's round trip, so that a slow machine or network is not taken for a fault. */
export async function measureYardstick(client: AttachedClient, patience?: Patience): Promise<Measurement> {
  const { trace } = await playCase(client, FIRST_CONTACT, patience);
  const { links } = readConversation(trace);
  // A client that takes its time over PONG is not far away: what it does quickest is nearest to the round trip.
  const openings = links.flatMap(({ open, said }) => (open && said[0] ? [said[0].at - open.at] : []));
  const trips = readRoundTrips(trace).sort((a, b) => a - b);
  const nearest = Math.min(openings[0] ?? 0, trips[trips.length >> 1] ?? 0);
  const promptly = Math.min(MOST_PATIENCE, Math.max(YARDSTICK.promptly, nearest * ROUND_TRIPS));
  const [fastest = 0, slowest = 0] = [trips[0], trips.at(-1)];
  return {
    trace,
    yardstick: { ...YARDSTICK, promptly },
    facts: {
      'driver protocol': client.driven ? 'version 1' : 'not spoken',
      'round trip':
        trips.length > 0 ? `${Math.ceil(fastest)} to ${Math.ceil(slowest)} ms` : 'not measured: no PONG',
      'counts as at once': `${Math.round(promptly)} ms`,
    },
  };
}

/** More would make the rules about time worth nothing, in milliseconds. */
const MOST_PATIENCE = 3_000;

function readRoundTrips(trace: Trace): number[] {
  return readConversation(trace).links.flatMap(({ told, said }) => {
    const pongs = said.filter(({ action }) => action === 'PONG');
    const pings = told.filter(({ action }) => action === 'PING');
    return pings.flatMap((ping, index) => {
      const pong = pongs[index];
      return pong ? [pong.at - ping.at] : [];
    });
  });
}
