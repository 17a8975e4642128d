/**
 * Mistakes that an implementer of PROTOCOL.md makes, each switched on by the environment variable FAULT and planted
 * where it would be made. The number is that of the requirement which it breaks.
 */
export const FAULTS = {
  'freed-twice': '1.10 Slots are counted; FINISHED gives one back, and so does the close that follows it.',
  'check-then-act': '1.14 The limit is looked at, then something is awaited, then the session is opened.',
  'strict-publisher-id': '2.5 Publishers are looked up by the claim as it came, and are known by strings.',
  'name-length-in-bytes': '3.3 The 100 characters of a name are counted in bytes of UTF-8.',
  'takeover-ignores-tag':
    '3.6 Only a create looks for the offer of a tag; a takeover has a pool for the tag.',
  'trimmed-names': '3.22 A name loses the spaces around it.',
  'newest-first': '3.22 The list at the limit begins with the newest session.',
  'stale-list': '3.22 The list at the limit is built once, until the number of sessions changes.',
  'take-over-after-close': '3.28 The connection of the victim is closed first, and told then.',
  'late-take-over': '3.30 TAKE_OVER goes out when the HTTP request has long been answered.',
  'victim-of-pool-only': '3.32 A victim at another offer is not found.',
  'lost-victim-unknown':
    '3.37 Victims are looked for among the connections, so that a lost one is not found.',
  'any-method': '3.43 Whatever is not OPTIONS is served as POST.',
  'sends-buffers': '4.9 Messages are given to the library as bytes, which makes them binary frames.',
  'requested-is-pong': '4.13 A repeated REQUESTED ends the challenge.',
  'pings-everybody': '4.17 PING goes to the sessions of all customers.',
  'pending-is-challenged': '4.21 A session gets its deadline before it has ever been connected.',
  'lost-is-buried': '4.22 A create deletes the lost sessions of its pool, since they cannot answer PING.',
  'pong-calms-pool': '4.23 A PONG ends the challenges of the whole pool.',
  'challenged-once':
    '4.24 After PONG the deadline is stopped but not forgotten, so that there is no second one.',
  'ping-moves-deadline': '4.25 Each PING starts the deadline anew.',
  'deadline-survives-return': '4.27 Only PONG ends a challenge, coming back does not.',
  'loss-ends-challenge': '4.28 When a connection closes, the timers of its session are stopped.',
  'pong-from-anywhere': '4.29 A PONG counts on every connection that has the token.',
  'freed-at-close': '4.33 FINISHED closes the connection, and the close event frees the slot.',
  'removal-says-expired': '4.34 Whatever deletes a session tells its connection EXPIRED.',
  'finished-from-anywhere': '4.36 A FINISHED counts on every connection that has the token.',
  'newcomer-is-terminated': '4.38 The session stays with its old connection, and the new one gets TERMINATE.',
  'stale-line-steals':
    '4.43 A superseded connection is heard until it is closed, and REQUESTED wins it back.',
  'stale-close-loses': '4.44 The close event of a superseded connection makes the session lost.',
};

const chosen = process.env.FAULT;
if (chosen && !(chosen in FAULTS))
  throw new Error(`FAULT=${chosen}: there is no such fault. Known: ${Object.keys(FAULTS).join(', ')}`);

/** Whether this server is to make the mistake. */
export const hasFault = (name) => chosen === name;
