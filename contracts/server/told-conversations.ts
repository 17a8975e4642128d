import { sharersFor } from '../generate/conversation-arbitrary.ts';
import { OTHER_CUSTOMER, OTHER_OFFER } from '../generate/conversation.ts';
import type { Step } from '../generate/conversation.ts';
import type { ServerSubject } from './server-subject.ts';

/** A conversation with a name, which puts certain rules to the test whatever the seed. */
export interface ToldConversation {
  readonly name: string;
  readonly steps: readonly Step[];
}

const create = (device: string): Step => ({ do: 'create', device });
const connect = (device: string): Step => ({ do: 'connect', device });
const finish = (device: string): Step => ({ do: 'finish', device });
const cut = (device: string): Step => ({ do: 'cut', device });
const mute = (device: string): Step => ({ do: 'mute', device });
const takeover = (device: string, victim: string): Step => ({ do: 'takeover', device, victim });
const play = (device: string): Step[] => [create(device), connect(device)];

/** The conversations that every run holds before it makes up others. Those that wait take a PONG deadline each. */
export function tellConversations({
  limit,
  offers,
  takeover: canTakeOver,
}: ServerSubject): ToldConversation[] {
  // Beyond the names there are, more devices fill the pool.
  const fillers = Array.from(
    { length: Math.max(0, limit - sharersFor(limit).length + 1) },
    (_, n) => `device ${n + 1}`,
  );
  const [...sharers] = [...fillers, ...sharersFor(limit)];
  const late = sharers.pop()!;
  const last = sharers.at(-1)!;
  const fill = sharers.flatMap(play);

  const told: ToldConversation[] = [
    {
      name: 'play and stop',
      steps: [...play(last), finish(last), connect(last), connect(last), ...play(last)],
    },
    {
      name: 'come back twice',
      steps: [...play(last), cut(last), connect(last), cut(last), connect(last), finish(last)],
    },
    {
      name: 'ask again',
      steps: [...play(last), { do: 'request', device: last }, { do: 'request', device: last }],
    },
    {
      name: 'open and wait',
      steps: [create(last), { do: 'open', device: last }, { do: 'request', device: last }],
    },
    { name: 'reach the limit', steps: [...fill, create(late), create(late), finish(last), ...play(late)] },
    { name: 'one device of many stops', steps: [...fill, finish(last), ...play(last), create(late)] },
    {
      name: 'another customer',
      steps: [...fill, ...play(OTHER_CUSTOMER), create(late), finish(OTHER_CUSTOMER)],
    },
    {
      name: 'come back',
      steps: [...fill, cut(last), create(late), connect(last), finish(last), ...play(late)],
    },
    {
      name: 'connect twice',
      steps: [...play(last), connect(last), connect(last), finish(last), connect(last)],
    },
    { name: 'answer every PING', steps: [...fill, create(late), create(late), create(late), connect(last)] },
    {
      name: 'miss a PONG',
      steps: [...fill, mute(last), create(late), { do: 'wait' }, ...play(late), connect(last)],
    },
    {
      name: 'answer one PING and miss the next',
      steps: [...fill, create(late), mute(last), create(late), { do: 'wait' }, ...play(late), connect(last)],
    },
    {
      name: 'answer in time',
      steps: [
        ...fill,
        mute(last),
        create(late),
        { do: 'speak', device: last },
        { do: 'wait' },
        create(late),
        connect(last),
      ],
    },
    {
      name: 'lost and not back',
      steps: [...fill, cut(last), create(late), { do: 'wait' }, ...play(late), connect(last)],
    },
    {
      name: 'lost and back in time',
      steps: [...fill, cut(last), create(late), connect(last), { do: 'wait' }, create(late), finish(last)],
    },
  ];
  if (offers.length > 1) {
    told.push({
      name: 'another offer',
      steps: [...fill, ...play(OTHER_OFFER), create(late), finish(OTHER_OFFER)],
    });
  }
  if (canTakeOver) {
    told.push(
      {
        name: 'take over',
        steps: [...fill, takeover(late, last), connect(late), connect(last), create(last)],
      },
      {
        name: 'take over and back',
        steps: [
          ...fill,
          takeover(late, last),
          connect(late),
          takeover(last, late),
          connect(last),
          finish(last),
          ...play(late),
        ],
      },
      {
        name: 'take over a lost session',
        steps: [...fill, cut(last), takeover(late, last), connect(late), connect(last)],
      },
      {
        name: 'take over before the first OK',
        steps: [...fill.slice(0, -1), takeover(late, last), connect(late)],
      },
    );
  }
  return told;
}
