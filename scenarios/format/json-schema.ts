import { z } from 'zod';
import { FAULT_KINDS } from '../../simulator/faults/fault-kinds.ts';
import type { FaultKindName } from '../../simulator/faults/fault-kinds.ts';
import { durationSchema } from './duration.ts';
import { listPhrases } from './phrases.ts';
import type { ActorKind, Phrase } from './phrases.ts';
import { faultParametersSchema } from './read-fault.ts';
import { headSchema, ruleIdSchema } from './scenario-schema.ts';
import { slotOf } from './slots.ts';
import { OPTIONS } from './step-options.ts';

const notes = { rules: z.array(ruleIdSchema).optional(), note: z.string().optional() };
const within = durationSchema.optional().meta({ description: 'How long to wait; 5s unless told.' });

/**
 * The JSON Schema of a scenario file, from which editors complete and check (`yaml-language-server`). It is as strict
 * as a schema can be; that actors exist and that steps are sound, only the parser knows.
 */
export function buildScenarioJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = headSchema.extend({ steps: z.array(stepSchema()).min(1) });
  return z.toJSONSchema(schema, { io: 'input' });
}

function stepSchema(): z.ZodType {
  const step: z.ZodType = z.lazy(() => z.union(forms));
  const list = z.array(step).min(1);
  const forms: z.ZodType[] = [
    ...(['app', 'user', 'server', 'network', 'clock'] as const).map((kind) =>
      z.strictObject({ [kind]: wordsOf(kind), ...besides(kind) }),
    ),
    ...(Object.keys(FAULT_KINDS) as FaultKindName[]).map(faultStep),
    z.strictObject({
      never: z.union([z.string(), z.array(z.string()).min(1)]).meta({ description: 'What must not happen.' }),
      for: durationSchema.optional(),
      until: z.string().optional(),
      'more than': z.int().min(1).optional().meta({ description: 'How often it may happen after all.' }),
      ...notes,
    }),
    z.strictObject({ 'in any order': list, within, ...notes }),
    z.strictObject({ 'one of': z.array(z.union([step, list])).min(2), within, ...notes }),
    z.strictObject({ repeat: z.int().min(1).max(1000), steps: list, ...notes }),
    deviceStep(),
  ];
  return step.meta({ id: 'Step', description: 'Who, and what: awaited of the app, done by everybody else.' });
}

function faultStep(kind: FaultKindName): z.ZodType {
  const { description } = FAULT_KINDS[kind];
  return z.strictObject({
    fault: z.literal(kind).meta({ description }),
    with: faultParametersSchema(kind).optional(),
    ...notes,
  });
}

/** A device may have any name, so its step is any key with a device's words. */
function deviceStep(): z.ZodType {
  return z
    .object({ within, ...notes, because: OPTIONS.because.optional() })
    .catchall(wordsOf('device'))
    .meta({ description: 'A device of "given: devices:".' });
}

/** Fixed phrases are offered by the editor word for word; those with slots by a pattern and an example. */
function wordsOf(kind: ActorKind): z.ZodType {
  const choices = listPhrases(kind).map(([template, { means }]) => {
    const words = template.includes('{')
      ? z
          .string()
          .regex(patternOf(template))
          .meta({ examples: [exampleOf(template)] })
      : z.literal(template);
    return words.meta({ ...words.meta(), description: means });
  });
  return z.union(choices);
}

function patternOf(template: string): RegExp {
  const pattern = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => slotOf(name).pattern);
  return new RegExp(`^${pattern}$`);
}

function exampleOf(template: string): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => slotOf(name).example);
}

function besides(kind: ActorKind): Record<string, z.ZodType> {
  const phrases: Phrase[] = listPhrases(kind).map(([, phrase]) => phrase);
  const options = new Set(phrases.flatMap((phrase) => phrase.options ?? []));
  const entries = Array.from(options, (name) => [name, OPTIONS[name].optional()] as const);
  const waits = phrases.some((phrase) => phrase.awaits) ? { within } : {};
  return { ...waits, ...Object.fromEntries(entries), ...notes };
}
