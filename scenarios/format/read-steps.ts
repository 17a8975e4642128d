import type { AnyOrderStep, NeverStep, OneOfStep, RepeatStep, SayingStep, Step } from '../scenario.ts';
import { durationSchema } from './duration.ts';
import { findNearest } from './nearest.ts';
import { describeValue } from './problem.ts';
import type { Path, Problem } from './problem.ts';
import { COMMON, SayingReader } from './read-saying.ts';
import type { CommonKeys } from './read-saying.ts';
import { OPTIONS } from './step-options.ts';
import { z } from 'zod';

/** The keys of steps that are not said of one actor. */
const FORMS = ['never', 'in any order', 'one of', 'repeat'] as const;
const EXTRA_KEYS = ['for', 'until', 'more than', 'steps'];

/** Reads the steps of a scenario. Every problem is collected, so that one look at a file finds all of them. */
export class StepReader {
  readonly #sayings: SayingReader;

  /** @param devices the names under `given: devices:`. */
  constructor(devices: readonly string[]) {
    this.#sayings = new SayingReader(devices);
  }

  get problems(): readonly Problem[] {
    return this.#sayings.problems;
  }

  readAll(list: readonly unknown[], path: Path): Step[] {
    return list.flatMap((value, index) => this.#read(value, [...path, index]) ?? []);
  }

  #read(value: unknown, path: Path): Step | undefined {
    if (!isRecord(value)) {
      return this.#sayings.fail(
        path,
        `a step is an actor and what it does, such as "app: plays"; got ${describeValue(value)}`,
      );
    }
    const heads = Object.keys(value).filter((key) => this.#isHead(key));
    if (heads.length > 1) {
      return this.#sayings.fail(
        [...path, heads[1]!],
        `a step has one actor; begin a new step with "- ${heads[1]}:"`,
        true,
      );
    }
    const [head] = heads;
    if (head === undefined) return this.#failHead(value, path);
    if (head === 'never') return this.#readNever(value, path);
    if (head === 'in any order') return this.#readAnyOrder(value, path);
    if (head === 'one of') return this.#readOneOf(value, path);
    return head === 'repeat' ? this.#readRepeat(value, path) : this.#sayings.readSaying(head, value, path);
  }

  #isHead(key: string): boolean {
    return (FORMS as readonly string[]).includes(key) || this.#sayings.kindOf(key) !== undefined;
  }

  #failHead(value: Record<string, unknown>, path: Path): undefined {
    const beside = [...Object.keys(OPTIONS), ...Object.keys(COMMON), ...EXTRA_KEYS];
    const typed = Object.keys(value).find((key) => !beside.includes(key)) ?? Object.keys(value)[0];
    if (typed === undefined)
      return this.#sayings.fail(path, 'an empty step; expected one such as "app: plays"');
    const known = [...this.#sayings.actors, 'user', 'server', 'network', 'fault', 'clock', ...FORMS];
    const nearest = findNearest(typed, known);
    const help = nearest
      ? `did you mean "${nearest}"?`
      : `name other devices under "given: devices:"; it has ${known.join(', ')}`;
    return this.#sayings.fail([...path, typed], `unknown actor "${typed}"; ${help}`, true);
  }

  #readNever(value: Record<string, unknown>, path: Path): NeverStep | undefined {
    const { never } = value;
    const list = Array.isArray(never) ? (never as unknown[]) : [never];
    if (list.length === 0)
      this.#sayings.fail([...path, 'never'], 'never: expected what must not happen, got an empty list');
    const unwanted = list.flatMap((each, index) => {
      const at = Array.isArray(never) ? [...path, 'never', index] : [...path, 'never'];
      return this.#sayings.sayInline(each, at) ?? [];
    });
    const schemas = {
      rules: COMMON.rules,
      note: COMMON.note,
      for: durationSchema,
      until: z.string(),
      'more than': z.int().min(1),
    };
    const read = this.#sayings.readBeside(value, ['never'], schemas, path);
    const { rules = [], note, for: span, until, 'more than': moreThan = 0 } = read as CommonKeys & NeverKeys;
    if (span !== undefined && until !== undefined) {
      this.#sayings.fail([...path, 'until'], 'give "for" or "until", not both', true);
    }
    const end = until === undefined ? undefined : this.#sayings.sayInline(until, [...path, 'until']);
    const often = moreThan === 0 ? '' : ` more than ${moreThan} times`;
    const when = span === undefined ? '' : ` for ${String(value['for'])}`;
    const limit = until === undefined ? '' : ` until ${until}`;
    const text = `never: ${list.map(String).join(', ')}${often}${when}${limit}`;
    return { type: 'never', unwanted, for: span, until: end, moreThan, text, rules, note };
  }

  #readAnyOrder(value: Record<string, unknown>, path: Path): AnyOrderStep | undefined {
    const at = [...path, 'in any order'];
    const steps = this.#readList(value['in any order'], at);
    const {
      rules = [],
      note,
      within,
    } = this.#sayings.readBeside(value, ['in any order'], COMMON, path) as CommonKeys;
    const awaited = steps.filter((step): step is SayingStep => step.type === 'say' && step.awaits);
    if (awaited.length < steps.length) {
      this.#sayings.fail(at, 'only what is awaited of an actor can come in any order', true);
    }
    const text = `in any order: ${awaited.map((step) => step.text).join(' · ')}`;
    return { type: 'any-order', steps: awaited, text, rules, note, within };
  }

  #readOneOf(value: Record<string, unknown>, path: Path): OneOfStep | undefined {
    const at = [...path, 'one of'];
    const list = value['one of'];
    if (!Array.isArray(list) || list.length < 2) {
      return this.#sayings.fail(
        at,
        'one of: expected a list of two branches or more, each a step or a list of steps',
      );
    }
    const branches = list.map((branch: unknown, index) =>
      Array.isArray(branch) ? this.readAll(branch, [...at, index]) : this.readAll([branch], [...at, index]),
    );
    const {
      rules = [],
      note,
      within,
    } = this.#sayings.readBeside(value, ['one of'], COMMON, path) as CommonKeys;
    branches.forEach(([first], index) => {
      if (first && !decides(first)) {
        this.#sayings.fail(
          [...at, index],
          'a branch begins with what is awaited of an actor, or with "never … for", for that decides which branch it is',
        );
      }
    });
    const text = `one of: ${branches.map(([first]) => first?.text ?? '').join(' | ')}`;
    return { type: 'one-of', branches, text, rules, note, within };
  }

  #readRepeat(value: Record<string, unknown>, path: Path): RepeatStep | undefined {
    const schemas = { rules: COMMON.rules, note: COMMON.note };
    const { steps: list, ...rest } = value;
    const { rules = [], note } = this.#sayings.readBeside(rest, ['repeat'], schemas, path) as CommonKeys;
    const times = z.int().min(1).max(1000).safeParse(value['repeat']);
    if (!times.success) {
      return this.#sayings.fail(
        [...path, 'repeat'],
        `repeat: expected how many times, from 1 to 1000, got ${describeValue(value['repeat'])}`,
      );
    }
    const steps = this.#readList(list, [...path, 'steps']);
    return { type: 'repeat', times: times.data, steps, text: `repeat ${times.data} times`, rules, note };
  }

  #readList(list: unknown, path: Path): Step[] {
    if (Array.isArray(list) && list.length > 0) return this.readAll(list, path);
    this.#sayings.fail(
      path,
      `${String(path.at(-1))}: expected a list of steps, got ${describeValue(list ?? null)}`,
    );
    return [];
  }
}

/** Whether a step can tell its branch from others. */
function decides(step: Step): boolean {
  return step.type === 'say' ? step.awaits : step.type === 'never' && step.for !== undefined;
}

interface NeverKeys {
  for?: number;
  until?: string;
  'more than'?: number;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
