import { defineRules } from './rule.ts';

/** Events of one pool at the same time: PROTOCOL.md §1. */
export const serverConcurrencyRules = defineRules([
  {
    id: 'server/concurrency/exact-grants',
    level: 'MUST',
    title: 'grants as many of several simultaneous creates as slots are free',
    text: 'A server MUST handle the events of one pool one after the other, so that of several simultaneous creates for the last free slot exactly one is granted.',
    clause: '1.14',
    mark: 'A',
    why: 'Everybody who presses play at kick-off gets past the limit.',
  },
  {
    id: 'server/concurrency/one-takeover-wins',
    level: 'MUST',
    title: 'lets one of several simultaneous takeovers of a session win',
    text: 'A server MUST handle the events of one pool one after the other: of two takeovers of one session the second finds no such session.',
    clause: '1.14',
    mark: 'A',
    why: 'Two devices play on the slot of one.',
  },
  {
    id: 'server/concurrency/linearizable',
    level: 'MUST',
    title: 'answers as if everything had happened one after the other',
    text: 'A server MUST handle the events of one pool one after the other.',
    clause: '1.14',
    mark: 'A',
    why: 'Sessions appear that nobody started, and slots are lost for as long as nobody restarts the server.',
  },
]);
