import { defineRules } from './rule.ts';

/** FINISHED: PROTOCOL.md §4, "FINISHED". */
export const serverFinishRules = defineRules([
  {
    id: 'server/finish/free-slot',
    level: 'MUST',
    title: 'frees the slot at FINISHED',
    text: 'On FINISHED on the associated connection, the server MUST delete the session, so that the slot is free and playing again needs a new session.',
    clause: '4.33',
    mark: 'D',
    sources: ['Client Side Messages'],
    why: 'The viewer stops on the sofa and cannot go on in bed.',
  },
]);
