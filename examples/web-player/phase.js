/**
 * What the viewer has to know of where the session stands.
 * @typedef {'idle' | 'asking' | 'connecting' | 'limit' | 'playing' | 'shaky' | 'lost'} Phase `shaky` still plays,
 *   though the connection is lost, and `lost` does not play any more.
 */

/** @returns {Phase} */
export const phaseOf = (
  /** @type {import('xstate').SnapshotFrom<typeof import('../node-client/session-machine.js').sessionMachine>} */ snapshot,
) => {
  if (snapshot.matches({ resting: 'atLimit' })) return 'limit';
  if (snapshot.matches({ requesting: 'wanted' })) return 'asking';
  if (snapshot.matches('untracked')) return 'playing';
  if (!snapshot.matches('session')) return 'idle';
  if (snapshot.matches({ session: { playback: { playing: 'inGrace' } } })) return 'shaky';
  if (snapshot.matches({ session: { playback: 'playing' } })) return 'playing';
  return snapshot.context.failures > 0 ? 'lost' : 'connecting';
};
