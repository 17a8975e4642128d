import type { JournalEntry } from '../simulator/journal.ts';
import type { HeldSession } from '../simulator/sessions.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { SimulatorError } from '../simulator/simulator-error.ts';

/** Which of the app's sessions is meant. */
export interface SessionChoice {
  /** The name that the app gave it; it has to be told only where the app holds several. */
  readonly name?: string | undefined;
}

/**
 * Waits until the app under test holds a session and has been told OK.
 * @param patience milliseconds
 * @throws {SimulatorError} `NothingCame`
 * @throws {TypeError} where it holds several, and none is named
 */
export async function awaitSession(
  simulator: Simulator,
  { name }: SessionChoice,
  patience: number,
): Promise<HeldSession> {
  const signal = AbortSignal.timeout(patience);
  for (;;) {
    const after = simulator.journal.last;
    const held = await listAppSessions(simulator);
    const [session, ...others] = held.filter((each) => isPlaying(each) && (name ?? each.name) === each.name);
    if (session && others.length === 0) return session;
    if (session) {
      const names = [session, ...others].map((each) => JSON.stringify(each.name)).join(', ');
      throw new TypeError(`several sessions are meant: ${names}; name one: { name: … }`);
    }
    await awaitEntry(
      simulator,
      () => true,
      { after, signal },
      () => explain(simulator, held, name),
    );
  }
}

/** The sessions that no device of the simulator's own holds. */
async function listAppSessions(simulator: Simulator): Promise<HeldSession[]> {
  const devices = new Set(simulator.ghosts().map(({ sessionId }) => sessionId));
  return (await simulator.sessions.list()).filter(({ id }) => !devices.has(id));
}

function isPlaying({ state }: HeldSession): boolean {
  return state.startsWith('connected');
}

/**
 * Waits for an entry of the journal.
 * @throws {SimulatorError} `NothingCame`, with what `explain` says
 */
export async function awaitEntry(
  { journal }: Simulator,
  match: (entry: JournalEntry) => boolean,
  options: { after: number; signal: AbortSignal },
  explain: () => string,
): Promise<JournalEntry> {
  try {
    return await journal.wait({ match, ...options });
  } catch (cause) {
    throw new SimulatorError('NothingCame', explain(), { cause });
  }
}

function explain({ journal }: Simulator, held: readonly HeldSession[], name: string | undefined): string {
  const meant = name === undefined ? 'no session' : `no session called ${JSON.stringify(name)}`;
  if (held.length > 0) {
    const others = held.map((each) => `${JSON.stringify(each.name)} (${each.state})`).join(', ');
    return `the app holds ${meant} that has been told OK, only ${others}`;
  }
  const answers = journal.entries().flatMap((entry) => (entry.kind === 'response' ? [entry.status] : []));
  return answers.length > 0
    ? `the app holds ${meant}; its requests were answered ${answers.join(', ')}`
    : `the app holds ${meant}; it has requested nothing of this simulator`;
}
