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
  {
    id: 'server/finish/own-connection-only',
    level: 'MUST',
    title: "takes FINISHED from the session's own connection only",
    text: 'A FINISHED on a connection that is not associated MUST have no effect.',
    clause: '4.36',
    mark: 'A',
    why: 'A connection that never played ends the film of the one that does.',
  },
  {
    id: 'server/finish/free-before-close',
    level: 'MUST',
    title: 'frees the slot upon FINISHED, whenever the connection closes',
    text: 'On FINISHED on the associated connection, the server MUST delete the session, so that the slot is free.',
    clause: '4.33',
    mark: 'D',
    sources: ['Client Side Messages'],
    why: 'A television that is switched off right after FINISHED closes nothing, and its slot stays taken.',
  },
]);
