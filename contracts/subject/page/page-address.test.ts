import { expect, it } from 'vitest';
import type { StartCommand } from '../../../protocol/driver-protocol.ts';
import { fillAddress } from './page-address.ts';

const REQUEST: StartCommand = {
  do: 'start',
  baseUrl: 'http://127.0.0.1:4010',
  token: 'a.b.c',
  tag: 'live',
  sessionName: 'a&b=c #1 </script>\n🎬',
};

it.each([
  ['http://x/', 'http://x/'],
  ['http://x/{tag}/play', 'http://x/live/play'],
  ['?api={baseUrl}&t={token}', '?api=http%3A%2F%2F127.0.0.1%3A4010&t=a.b.c'],
  ['?offer={offerId}&tag={tag}', '?tag=live'],
  [
    '?id={offerId}{tag}#name={sessionName}',
    '?id=live#name=a%26b%3Dc%20%231%20%3C%2Fscript%3E%0A%F0%9F%8E%AC',
  ],
  ['?keep={this}&and=this', '?keep={this}&and=this'],
  ['#/watch?offer={offerId}&tag={tag}', '#tag=live'],
])('fills %s', (template, address) => {
  expect(fillAddress(template, REQUEST)).toBe(address);
});
