import type { Journal, JournalSubject } from './journal.ts';

/** Writes down that the simulator itself has failed at something. */
export function noteOwnFault(journal: Journal, error: unknown, subject: JournalSubject = {}): void {
  const told = error instanceof Error ? error.stack : undefined;
  journal.write(subject, { kind: 'note', text: `fault of the simulator: ${told ?? String(error)}` });
}

/** Does what nobody waits for, and never rejects: an error in it is a note in the journal, and no end of the process. */
export async function doOrNote(
  journal: Journal,
  work: () => unknown,
  subject?: JournalSubject,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    noteOwnFault(journal, error, subject);
  }
}
