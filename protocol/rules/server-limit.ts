import { defineRules } from './rule.ts';

/** The limit: PROTOCOL.md §1 and §3, "Limit reached". */
export const serverLimitRules = defineRules([
  {
    id: 'server/limit/refuse-above-limit',
    level: 'MUST',
    title: 'refuses a session beyond the limit',
    text: 'When the pool has as many sessions as its limit, the server MUST refuse POST /sessions with LimitExceeded and create no session.',
    clause: '3.18',
    mark: 'D',
    sources: ['Initiate Session'],
    why: 'The publisher pays for rights by the stream; a limit that leaks is account sharing for free.',
  },
  {
    id: 'server/limit/list-sessions',
    level: 'MUST',
    title: "lists exactly the pool's sessions, with ids and names",
    text: 'activeSessions MUST list every session of the pool and no other, with name as given at its creation.',
    clause: '3.22',
    mark: 'C',
    why: 'The viewer chooses from this list what to take over; a wrong one ends the wrong stream, or none.',
  },
  {
    id: 'server/limit/say-takeover-enabled',
    level: 'MUST',
    title: 'says whether takeover is enabled',
    text: 'The body MUST have details.takeOverEnabled: whether the publisher has takeover switched on.',
    clause: '3.20',
    mark: 'C',
    why: 'Clients offer "watch here instead" by this flag: the viewer is offered what fails, or not offered what works.',
  },
  {
    id: 'server/limit/separate-pools',
    level: 'MUST',
    title: 'counts every customer and every offer by itself',
    text: 'The session limit MUST hold per pool: a session in one pool takes no slot in another.',
    clause: '1.5',
    mark: 'D',
    sources: ['Integration Guide'],
    why: 'One household would be locked out because of what another one watches.',
  },
  {
    id: 'server/limit/refused-uses-nothing',
    level: 'MUST',
    title: 'uses no slot for what it refuses',
    text: 'A request that is answered with an error MUST change no session.',
    clause: '3.45',
    mark: 'A',
    why: 'Each try at the limit would lock the customer out for longer.',
  },
]);
