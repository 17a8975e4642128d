import { expect, it } from 'vitest';
import type { RecordedEntry } from './read-journal.ts';
import { findSettledPings } from './settled-pings.ts';

/** Frames such as `12 > PING`: the time, `>` from the server or `<` from the client, and the connection behind `@`. */
function read(lines: string): RecordedEntry[] {
  return lines.split(', ').map((line) => {
    const [at, sign, action, connection = '@1'] = line.split(' ');
    const direction = sign === '>' ? 'out' : 'in';
    const raw = JSON.stringify({ action });
    return { at: Number(at), kind: 'frame', connection, direction, raw, binary: false } as RecordedEntry &
      object;
  });
}

it.each([
  ['a PING and its PONG', '1 > PING, 9 < PONG', '1 9'],
  [
    'one pair after the other, whatever is said between',
    '1 > PING, 5 < HM, 9 < PONG, 20 > PING, 21 < PONG',
    '1 9 20 21',
  ],
  ['no PING that was answered late', '1 > PING, 1002 < PONG', ''],
  ['no PING that was not answered', '1 > PING', ''],
  [
    'no PINGs that were out together, of which nobody knows which was answered',
    '1 > PING, 2 > PING, 3 < PONG, 4 < PONG',
    '',
  ],
  [
    'nothing after a PING that was not answered',
    '1 > PING, 5000 > PING, 5001 < PONG, 6000 > PING, 6001 < PONG',
    '',
  ],
  [
    'the pair that follows when all are answered',
    '1 > PING, 2 > PING, 3 < PONG, 4 < PONG, 5 > PING, 6 < PONG',
    '5 6',
  ],
  ['no PONG that came unasked', '1 < PONG, 5 > PING, 6 < PONG, 7 < PONG', '5 6'],
  ['each connection by itself', '1 > PING @1, 2 > PING @2, 3 < PONG @2', '2 3'],
  ['nothing that is said the wrong way round', '1 < PING, 2 > PONG', ''],
  ['nothing recent', '9999 > PING, 10000 < PONG', ''],
])('forgets %s', (_, lines, settled) => {
  const found = findSettledPings(read(lines), 10_000);
  expect([...found].map(({ at }) => at).join(' ')).toBe(settled);
});
