import type {
  AnyOrderStep,
  NeverStep,
  OneOfStep,
  RepeatStep,
  Saying,
  SayingStep,
  Step,
  StepOptions,
} from '../scenario.ts';
import type { FaultKindName } from '../../simulator/faults/fault-kinds.ts';
import { durationSchema } from './duration.ts';
import { formatSaying } from './format-saying.ts';
import { readFaultParameters } from './read-fault.ts';
import { findNearest } from './nearest.ts';
import { ACTOR_KINDS } from './phrases.ts';
import type { ActorKind, OptionName } from './phrases.ts';
import { describeValue, explainIssues } from './problem.ts';
import type { Path, Problem } from './problem.ts';
import { readPhrase } from './read-phrase.ts';
import { ruleIdSchema } from './scenario-schema.ts';
import { OPTIONS } from './step-options.ts';
import { z } from 'zod';

/** What every step may have beside its own key. */
const COMMON = { rules: z.array(ruleIdSchema), note: z.string(), within: durationSchema };

/** The keys of steps that are not said of one actor. */
const FORMS = ['never', 'in any order', 'one of', 'repeat'] as const;
const EXTRA_KEYS = ['for', 'until', 'more than', 'steps'];

/** Reads the steps of a scenario. Every problem is collected, so that one look at a file finds all of them. */
export class StepReader {
  readonly problems: Problem[] = [];
  readonly #devices: readonly string[];
  readonly #actors: readonly string[];

  /** @param devices the names under `given: devices:`. */
  constructor(devices: readonly string[]) {
    this.#devices = devices;
    this.#actors = ['app', ...devices];
  }

  readAll(list: readonly unknown[], path: Path): Step[] {
    return list.flatMap((value, index) => this.#read(value, [...path, index]) ?? []);
  }

  #read(value: unknown, path: Path): Step | undefined {
    if (!isRecord(value)) {
      return this.#fail(
        path,
        `a step is an actor and what it does, such as "app: plays"; got ${describeValue(value)}`,
      );
    }
    const heads = Object.keys(value).filter((key) => this.#isHead(key));
    if (heads.length > 1) {
      return this.#fail(
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
    return head === 'repeat' ? this.#readRepeat(value, path) : this.#readSaying(head, value, path);
  }

  #isHead(key: string): boolean {
    return (FORMS as readonly string[]).includes(key) || this.#kindOf(key) !== undefined;
  }

  #kindOf(actor: string): ActorKind | undefined {
    if (this.#devices.includes(actor)) return 'device';
    return ACTOR_KINDS.find((kind) => kind === actor && kind !== 'device');
  }

  #failHead(value: Record<string, unknown>, path: Path): undefined {
    const beside = [...Object.keys(OPTIONS), ...Object.keys(COMMON), ...EXTRA_KEYS];
    const typed = Object.keys(value).find((key) => !beside.includes(key)) ?? Object.keys(value)[0];
    if (typed === undefined) return this.#fail(path, 'an empty step; expected one such as "app: plays"');
    const known = [...this.#actors, 'user', 'server', 'network', 'fault', 'clock', ...FORMS];
    const nearest = findNearest(typed, known);
    const help = nearest
      ? `did you mean "${nearest}"?`
      : `name other devices under "given: devices:"; it has ${known.join(', ')}`;
    return this.#fail([...path, typed], `unknown actor "${typed}"; ${help}`, true);
  }

  #readSaying(actor: string, value: Record<string, unknown>, path: Path): SayingStep | undefined {
    const said = this.#say(actor, value[actor], [...path, actor]);
    if (!said) {
      return undefined;
    }
    const { allowed, ...saying } = said;
    const common = said.awaits ? COMMON : { rules: COMMON.rules, note: COMMON.note };
    const schemas: Record<string, z.ZodType> = { ...common };
    for (const name of allowed) schemas[name] = OPTIONS[name];
    const read = this.#readBeside(value, [actor], schemas, path);
    const { rules = [], note, within, ...options } = read as CommonKeys & StepOptions;
    if (options.settings === undefined && allowed.includes('settings')) {
      this.#fail(path, '"settings" is missing: say which settings change, and to what');
    }
    if (said.kind === 'fault') {
      const kind = said.slots['fault'] as FaultKindName;
      const { parameters, problems } = readFaultParameters(kind, options.with ?? {}, [...path, 'with']);
      this.problems.push(...problems);
      const text = `${formatSaying(said)}${formatParameters(options.with)}`;
      return { type: 'say', ...saying, options: { with: parameters }, text, rules, note, within };
    }
    const text = formatSaying(said);
    return { type: 'say', ...saying, options, text, rules, note, within };
  }

  #say(actor: string, value: unknown, path: Path): (Saying & { allowed: readonly OptionName[] }) | undefined {
    const kind = this.#kindOf(actor);
    if (kind === undefined) {
      const nearest = findNearest(actor, this.#actors);
      return this.#fail(path, `unknown actor "${actor}"${nearest ? `; did you mean "${nearest}"?` : ''}`);
    }
    if (typeof value !== 'string') {
      return this.#fail(path, `${actor}: expected what it does, in words, got ${describeValue(value)}`);
    }
    const reading = readPhrase(actor, kind, value, this.#actors);
    if (!reading.ok) return this.#fail(path, reading.problem);
    const { template, phrase, slots } = reading.read;
    return {
      actor,
      kind,
      template,
      slots,
      awaits: phrase.awaits,
      options: {},
      allowed: phrase.options ?? [],
    };
  }

  /** Reads `app plays`: the form that a saying has within another step. */
  #sayInline(value: unknown, path: Path): Saying | undefined {
    const [, actor, words] = /^\s*(\S+?):?\s+(.+)$/s.exec(typeof value === 'string' ? value : '') ?? [];
    if (actor === undefined) {
      return this.#fail(path, `expected who and what, such as "app plays", got ${describeValue(value)}`);
    }
    const said = this.#say(actor, words, path);
    if (said && !said.awaits) {
      return this.#fail(
        path,
        `"${actor} ${words}" is something that the scenario does; only what is awaited can stand here`,
      );
    }
    if (!said) return undefined;
    const { allowed: _, ...saying } = said;
    return saying;
  }

  #readNever(value: Record<string, unknown>, path: Path): NeverStep | undefined {
    const { never } = value;
    const list = Array.isArray(never) ? (never as unknown[]) : [never];
    if (list.length === 0)
      this.#fail([...path, 'never'], 'never: expected what must not happen, got an empty list');
    const unwanted = list.flatMap((each, index) => {
      const at = Array.isArray(never) ? [...path, 'never', index] : [...path, 'never'];
      return this.#sayInline(each, at) ?? [];
    });
    const schemas = {
      rules: COMMON.rules,
      note: COMMON.note,
      for: durationSchema,
      until: z.string(),
      'more than': z.int().min(1),
    };
    const read = this.#readBeside(value, ['never'], schemas, path);
    const { rules = [], note, for: span, until, 'more than': moreThan = 0 } = read as CommonKeys & NeverKeys;
    if (span !== undefined && until !== undefined) {
      this.#fail([...path, 'until'], 'give "for" or "until", not both', true);
    }
    const end = until === undefined ? undefined : this.#sayInline(until, [...path, 'until']);
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
    } = this.#readBeside(value, ['in any order'], COMMON, path) as CommonKeys;
    const awaited = steps.filter((step): step is SayingStep => step.type === 'say' && step.awaits);
    if (awaited.length < steps.length) {
      this.#fail(at, 'only what is awaited of an actor can come in any order', true);
    }
    const text = `in any order: ${awaited.map((step) => step.text).join(' · ')}`;
    return { type: 'any-order', steps: awaited, text, rules, note, within };
  }

  #readOneOf(value: Record<string, unknown>, path: Path): OneOfStep | undefined {
    const at = [...path, 'one of'];
    const list = value['one of'];
    if (!Array.isArray(list) || list.length < 2) {
      return this.#fail(
        at,
        'one of: expected a list of two branches or more, each a step or a list of steps',
      );
    }
    const branches = list.map((branch: unknown, index) =>
      Array.isArray(branch) ? this.readAll(branch, [...at, index]) : this.readAll([branch], [...at, index]),
    );
    const { rules = [], note, within } = this.#readBeside(value, ['one of'], COMMON, path) as CommonKeys;
    branches.forEach(([first], index) => {
      if (first && !decides(first)) {
        this.#fail(
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
    const { rules = [], note } = this.#readBeside(rest, ['repeat'], schemas, path) as CommonKeys;
    const times = z.int().min(1).max(1000).safeParse(value['repeat']);
    if (!times.success) {
      return this.#fail(
        [...path, 'repeat'],
        `repeat: expected how many times, from 1 to 1000, got ${describeValue(value['repeat'])}`,
      );
    }
    const steps = this.#readList(list, [...path, 'steps']);
    return { type: 'repeat', times: times.data, steps, text: `repeat ${times.data} times`, rules, note };
  }

  #readList(list: unknown, path: Path): Step[] {
    if (Array.isArray(list) && list.length > 0) return this.readAll(list, path);
    this.#fail(path, `${String(path.at(-1))}: expected a list of steps, got ${describeValue(list ?? null)}`);
    return [];
  }

  /** Reads the keys beside the step's own. */
  #readBeside(
    value: Record<string, unknown>,
    own: readonly string[],
    schemas: Record<string, z.ZodType>,
    path: Path,
  ): unknown {
    const beside = Object.fromEntries(Object.entries(value).filter(([key]) => !own.includes(key)));
    const schema = z.strictObject(
      Object.fromEntries(Object.entries(schemas).map(([name, each]) => [name, each.optional()])),
    );
    const parsed = schema.safeParse(beside);
    if (parsed.success) return parsed.data;
    this.problems.push(...explainIssues(schema, parsed.error, beside, path));
    return {};
  }

  #fail(path: Path, message: string, atKey = false): undefined {
    this.problems.push({ path, message, atKey });
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

interface CommonKeys {
  rules?: readonly string[];
  note?: string;
  within?: number;
}

function formatParameters(parameters: Readonly<Record<string, unknown>> = {}): string {
  const words = Object.entries(parameters).map(
    ([name, value]) => `${name} ${JSON.stringify(value).replaceAll('"', '')}`,
  );
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
