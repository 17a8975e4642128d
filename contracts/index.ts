export { formatReplayToken, parseReplayToken } from './generate/replay-token.ts';
export type { Replay } from './generate/replay-token.ts';
export { testServer } from './server/server-contract.ts';
export type { Progress, ServerContractOptions } from './server/server-contract.ts';
export { resolveServerSubject } from './server/server-subject.ts';
export type { ServerSubject, ServerSubjectOptions } from './server/server-subject.ts';
export { defineClient } from './subject/define-client.ts';
export type { ClientContext, ClientDefinition, PlayRequest } from './subject/define-client.ts';
