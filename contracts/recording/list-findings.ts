import type { ActiveSession } from '../../protocol/http-bodies.ts';
import { limitBodySchema } from '../../protocol/http-bodies.ts';
import type { Violation } from '../trace/finding.ts';
import { hasServerId, isIdentified } from './recorded-pools.ts';
import type { PoolExchange, PoolSession } from './recorded-pools.ts';
import type { Judgement } from './recording-judge.ts';
import { isSurelyLive } from './session-life.ts';

/** How long FINISHED may take to a server, and its news to the pool, in milliseconds. */
const ARRIVAL = 1_000;

/** What ended a session, as far as it was seen. */
export type SeenEnd = { readonly at: number; readonly by: 'finished' | 'taken-over' };

/**
 * Holds the list of a refusal (3.20 to 3.22) against the sessions that the recording knows.
 * @param skew how far the clocks of the devices may be apart, in milliseconds
 */
export function judgeList(
  refusal: PoolExchange,
  sessions: readonly PoolSession[],
  { ends, skew }: { readonly ends: ReadonlyMap<string, SeenEnd>; readonly skew: number },
): Judgement[] {
  const listed = limitBodySchema.safeParse(refusal.exchange.answer).data?.details.activeSessions;
  if (!listed) return [];
  const { request, response } = refusal.exchange;
  const known = sessions.filter(isIdentified);
  const isListed = (session: PoolSession): boolean =>
    listed.some(({ sessionId }) => hasServerId(session, sessionId));
  const about = (rule: string, violation: Words | undefined): Judgement => {
    const judged = { rule, placed: refusal.placed };
    if (!violation) return { ...judged, kind: 'held' };
    return { ...judged, kind: 'violated', violation: { ...violation, event: response } };
  };

  const own = known.filter(({ pool }) => pool === refusal.pool);
  const isLive = (one: PoolSession): boolean =>
    isSurelyLive(one, request.at - skew) && isSurelyLive(one, response.at + skew);
  const live = own.filter(isLive);
  const ended = own.flatMap((one) => {
    const end = ends.get(one.id);
    return end && end.at + ARRIVAL + skew < request.at ? [{ one, by: end.by }] : [];
  });
  const elsewhere = known.filter(({ pool, byOffer }) => pool !== refusal.pool && byOffer && refusal.byOffer);
  return [
    ...live.map((one) => about('server/limit/list-sessions', isListed(one) ? undefined : missing(one))),
    ...ended.map(({ one, by }) => about(RULES[by], isListed(one) ? stale(one, by) : undefined)),
    ...elsewhere
      .filter(isLive)
      .map((one) => about('server/limit/separate-pools', isListed(one) ? foreign(one) : undefined)),
    ...judgeOrder(skew === 0 ? own.filter(({ id }) => !ends.has(id)) : [], listed).map((words) =>
      about('server/limit/list-oldest-first', words),
    ),
    ...judgeNames(own, listed).map(({ rule, words }) => about(rule, words)),
  ];
}

type Words = Omit<Violation, 'event'>;

const RULES = { finished: 'server/finish/free-slot', 'taken-over': 'server/takeover/end-victim' } as const;

const nameOf = ({ name, placed }: PoolSession): string =>
  name === undefined ? placed.device.name : `${JSON.stringify(name)} (${placed.device.name})`;

function missing(session: PoolSession): Words {
  return {
    message: 'A session that is connected is not in the list of its pool.',
    expected: `${nameOf(session)} among the active sessions`,
    actual: 'a list without it',
  };
}

function stale(session: PoolSession, by: SeenEnd['by']): Words {
  return {
    message:
      by === 'finished'
        ? 'A session that said FINISHED still holds its slot.'
        : 'A session that was taken over still holds its slot.',
    expected: `a pool without ${nameOf(session)}`,
    actual: 'it is in the list of active sessions',
  };
}

function foreign(session: PoolSession): Words {
  return {
    message: 'A session of another pool is counted.',
    expected: 'the sessions of this customer at this offer, and no other',
    actual: `${nameOf(session)} is in the list`,
  };
}

function judgeOrder(own: readonly PoolSession[], listed: readonly ActiveSession[]): (Words | undefined)[] {
  const places = own
    .map((one) => listed.findIndex(({ sessionId }) => hasServerId(one, sessionId)))
    .filter((place) => place !== -1);
  if (places.length < 2) return [];
  const isInOrder = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
  if (isInOrder) return [undefined];
  const names = own.map(nameOf).join(', ');
  const actual = listed.map(({ name }) => JSON.stringify(name)).join(', ');
  return [{ message: 'The list does not begin with the oldest session.', expected: names, actual }];
}

function judgeNames(
  own: readonly PoolSession[],
  listed: readonly ActiveSession[],
): { rule: string; words: Words | undefined }[] {
  return own.flatMap((one) => {
    const entry = listed.find(({ sessionId }) => hasServerId(one, sessionId));
    if (!entry || one.name === undefined) return [];
    const message = 'A session is listed under another name than it was given.';
    const words = { message, expected: JSON.stringify(one.name), actual: JSON.stringify(entry.name) };
    // A list that has no names at all is another fault than a name that was changed.
    const rule = entry.name === '' ? 'server/limit/list-sessions' : 'server/create/keep-name';
    return [{ rule, words: entry.name === one.name ? undefined : words }];
  });
}
