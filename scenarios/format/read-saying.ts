import type { FaultKindName } from '../../simulator/faults/fault-kinds.ts';
import type { Saying, SayingStep, StepOptions } from '../scenario.ts';
import { durationSchema } from './duration.ts';
import { formatSaying } from './format-saying.ts';
import { findNearest } from './nearest.ts';
import { ACTOR_KINDS } from './phrases.ts';
import type { ActorKind, OptionName } from './phrases.ts';
import { describeValue, explainIssues } from './problem.ts';
import type { Path, Problem } from './problem.ts';
import { readFaultParameters } from './read-fault.ts';
import { readPhrase } from './read-phrase.ts';
import { ruleIdSchema } from './scenario-schema.ts';
import { OPTIONS } from './step-options.ts';
import { z } from 'zod';

/** What every step may have beside its own key. */
export const COMMON = { rules: z.array(ruleIdSchema), note: z.string(), within: durationSchema };

/** What stands beside any step, read. Milliseconds. */
export interface CommonKeys {
  rules?: readonly string[];
  note?: string;
  within?: number;
}

/**
 * Reads what is said of one actor, as a step of its own or within another one, and the keys beside it. Every problem is
 * collected.
 */
export class SayingReader {
  readonly problems: Problem[] = [];
  /** Who may stand in an `{actor}` slot. */
  readonly actors: readonly string[];
  readonly #devices: readonly string[];

  /** @param devices the names under `given: devices:`. */
  constructor(devices: readonly string[]) {
    this.#devices = devices;
    this.actors = ['app', ...devices];
  }

  /** What an actor of this name can do; nothing where there is none. */
  kindOf(actor: string): ActorKind | undefined {
    if (this.#devices.includes(actor)) return 'device';
    return ACTOR_KINDS.find((kind) => kind === actor && kind !== 'device');
  }

  /** Reads a step of one actor. */
  readSaying(actor: string, value: Record<string, unknown>, path: Path): SayingStep | undefined {
    const said = this.#say(actor, value[actor], [...path, actor]);
    if (!said) {
      return undefined;
    }
    const { allowed, ...saying } = said;
    const common = said.awaits ? COMMON : { rules: COMMON.rules, note: COMMON.note };
    const schemas: Record<string, z.ZodType> = { ...common };
    for (const name of allowed) schemas[name] = OPTIONS[name];
    const read = this.readBeside(value, [actor], schemas, path);
    const { rules = [], note, within, ...options } = read as CommonKeys & StepOptions;
    if (options.settings === undefined && allowed.includes('settings')) {
      this.fail(path, '"settings" is missing: say which settings change, and to what');
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
    const kind = this.kindOf(actor);
    if (kind === undefined) {
      const nearest = findNearest(actor, this.actors);
      return this.fail(path, `unknown actor "${actor}"${nearest ? `; did you mean "${nearest}"?` : ''}`);
    }
    if (typeof value !== 'string') {
      return this.fail(path, `${actor}: expected what it does, in words, got ${describeValue(value)}`);
    }
    const reading = readPhrase(actor, kind, value, this.actors);
    if (!reading.ok) return this.fail(path, reading.problem);
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
  sayInline(value: unknown, path: Path): Saying | undefined {
    const [, actor, words] = /^\s*(\S+?):?\s+(.+)$/s.exec(typeof value === 'string' ? value : '') ?? [];
    if (actor === undefined) {
      return this.fail(path, `expected who and what, such as "app plays", got ${describeValue(value)}`);
    }
    const said = this.#say(actor, words, path);
    if (said && !said.awaits) {
      return this.fail(
        path,
        `"${actor} ${words}" is something that the scenario does; only what is awaited can stand here`,
      );
    }
    if (!said) return undefined;
    const { allowed: _, ...saying } = said;
    return saying;
  }

  /** Reads the keys beside the step's own. */
  readBeside(
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

  /** Adds a problem; its result stands for what could not be read. */
  fail(path: Path, message: string, atKey = false): undefined {
    this.problems.push({ path, message, atKey });
  }
}

function formatParameters(parameters: Readonly<Record<string, unknown>> = {}): string {
  const words = Object.entries(parameters).map(
    ([name, value]) => `${name} ${JSON.stringify(value).replaceAll('"', '')}`,
  );
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}
