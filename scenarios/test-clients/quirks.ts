/** Ways in which a client can be wrong, each of them a bug that somebody has shipped. */
export const QUIRKS = {
  'plays-before-ok': 'Starts playback as soon as the session is granted over HTTP.',
  'plays-when-refused': 'Starts playback whatever the answer to the create is.',
  'waits-when-disabled': 'Does not start playback where DRISC is disabled.',
  'connects-when-disabled': 'Looks for an endpoint although DRISC is disabled, and asks again.',
  'hides-limit': 'Says nothing to its user at the limit.',
  'asks-again-at-limit': 'Creates a session over and over at the limit.',
  'one-try-only': 'Does nothing any more after it was refused once.',
  'takes-over-unasked': 'Takes over the first session of the list without asking its user.',
  'skips-requested': 'Opens the connection and says nothing.',
  'never-pongs': 'Leaves PING unanswered.',
  'plays-through-take-over': 'Goes on playing after TAKE_OVER.',
  'fights-take-over': 'Takes the session back after TAKE_OVER.',
  'keeps-name-to-itself': 'Does not tell its user who took over.',
  'never-returns': 'Does not connect again after a lost connection.',
  'new-session-when-lost': 'Creates another session after a lost connection.',
  'plays-through-expired': 'Goes on playing after EXPIRED.',
  'loops-on-expired': 'Connects to the same endpoint again after EXPIRED.',
} as const;

export type Quirk = keyof typeof QUIRKS;
