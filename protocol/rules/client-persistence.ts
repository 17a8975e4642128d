import { defineRules } from './rule.ts';

/** What a client keeps over a reload (PROTOCOL.md section 5, Persistence). */
export const CLIENT_PERSISTENCE_RULES = defineRules([
  {
    id: 'client/persistence/resumes',
    level: 'MUST',
    title: 'resumes a stored session without creating another',
    text: 'A client that finds a stored endpoint MUST connect to it and send `REQUESTED`, and MUST NOT create a session unless it gets `EXPIRED` or the upgrade is refused.',
    clause: '5.45',
    mark: 'A',
    why: 'Each reload of the page burns a slot.',
  },
  {
    id: 'client/persistence/forgets-ended',
    level: 'MUST',
    title: 'deletes the stored endpoint when the session has ended',
    text: 'A client MUST delete the stored endpoint after `FINISHED`, `EXPIRED` and `TAKE_OVER`.',
    clause: '5.46',
    mark: 'D',
    sources: ['Client Side Messages'],
    why: 'After each reload the player asks for a session that is gone.',
  },
  {
    id: 'client/persistence/only-for-same-playback',
    level: 'MUST',
    title: 'uses a stored endpoint for no other customer, offer or tag',
    text: 'A client MUST NOT use a stored endpoint for another customer, offer or tag than the one it was created for.',
    clause: '5.48',
    mark: 'A',
    why: "One viewer plays in another one's session, or at an offer that was not paid for.",
  },
]);
