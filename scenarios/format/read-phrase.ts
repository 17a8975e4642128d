import { findNearest } from './nearest.ts';
import { listPhrases } from './phrases.ts';
import type { ActorKind, Phrase } from './phrases.ts';
import { slotOf } from './slots.ts';

/** A phrase with its slots filled. `slots` has the text of each by name. */
export interface ReadPhrase {
  readonly template: string;
  readonly phrase: Phrase;
  readonly slots: Readonly<Record<string, string>>;
}

/** What was read, or what is wrong with it, ready to be shown. */
export type PhraseReading = { ok: true; read: ReadPhrase } | { ok: false; problem: string };

/**
 * Finds the phrase that a text says of an actor.
 * @param actors the names that may stand in an `{actor}` slot.
 */
export function readPhrase(
  actor: string,
  kind: ActorKind,
  text: string,
  actors: readonly string[],
): PhraseReading {
  const said = text.trim().replaceAll(/\s+/g, ' ');
  const candidates = listPhrases(kind).flatMap(([template, phrase]) => {
    const slots = matchTemplate(template, said);
    return slots ? [{ template, phrase, slots }] : [];
  });
  // `sends PING` is a phrase of its own beside `sends {reply}`: the one with fewer slots is meant.
  candidates.sort((a, b) => Object.keys(a.slots).length - Object.keys(b.slots).length);
  const problems = candidates.map(({ slots }) => checkSlots(slots, actors));
  const fit = candidates[problems.indexOf(undefined)];
  if (fit) return { ok: true, read: fit };
  if (problems[0] !== undefined) return { ok: false, problem: `step "${actor}: ${said}": ${problems[0]}` };
  return { ok: false, problem: `unknown step "${actor}: ${said}"${suggestPhrase(kind, said, actors)}` };
}

function matchTemplate(template: string, said: string): Record<string, string> | undefined {
  const pattern = template
    .replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\{(\w+)\}/g, String.raw`(?<$1>\S+)`);
  const match = new RegExp(`^${pattern}$`).exec(said);
  return match ? { ...match.groups } : undefined;
}

function checkSlots(slots: Record<string, string>, actors: readonly string[]): string | undefined {
  for (const [name, text] of Object.entries(slots)) {
    if (name === 'actor' && !actors.includes(text)) {
      const nearest = findNearest(text, actors);
      return `there is no actor "${text}"${nearest ? `; did you mean "${nearest}"?` : `; it has ${actors.join(', ')}`}`;
    }
    const problem = slotOf(name).problem(text);
    if (problem === undefined) continue;
    const nearest = findNearest(text, slotOf(name).words ?? []);
    return nearest === undefined ? problem : `${problem}; did you mean "${nearest}"?`;
  }
  return undefined;
}

/** Compares with every phrase as it would stand with these words in its slots, so that a typo in one word is found. */
function suggestPhrase(kind: ActorKind, said: string, actors: readonly string[]): string {
  const written = listPhrases(kind).flatMap(([template]) => spellOut(template, said, actors));
  const nearest = findNearest(said, written);
  if (nearest !== undefined) return `; did you mean "${nearest}"?`;
  const all = listPhrases(kind).map(([template]) => `"${template}"`);
  return `; ${kind === 'device' ? 'a device' : kind} can say ${all.join(', ')}`;
}

function spellOut(template: string, said: string, actors: readonly string[]): string[] {
  const slot = /\{(\w+)\}/.exec(template);
  if (!slot) return [template];
  const name = slot[1]!;
  const position = template.slice(0, slot.index).split(' ').length - 1;
  const typed = said.split(' ')[position] ?? slotOf(name).example;
  const words = name === 'actor' ? actors : (slotOf(name).words ?? [typed]);
  return words.map((word) => template.replace(slot[0], word));
}
