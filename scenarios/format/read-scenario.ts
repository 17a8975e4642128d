import { FORMAT_VERSION } from '../scenario.ts';
import type { Given, Scenario, Step } from '../scenario.ts';
import type { Locate } from './locate.ts';
import { explainIssues } from './problem.ts';
import type { Path, Problem } from './problem.ts';
import type { givenSchema } from './scenario-schema.ts';
import { headSchema } from './scenario-schema.ts';
import { StepReader } from './read-steps.ts';
import type { z } from 'zod';

/** A scenario, or everything that is wrong with it. */
export type Reading = { ok: true; scenario: Scenario } | { ok: false; problems: Problem[] };

/**
 * Reads a scenario from plain data.
 * @param locate says where a step stands in its file, where it came from one.
 */
export function readScenario(value: unknown, name: string, locate?: Locate): Reading {
  const head = headSchema.safeParse(value);
  const problems = head.success ? [] : explainIssues(headSchema, head.error, value);
  const rawSteps = (value as { steps?: unknown } | null | undefined)?.steps;
  const reader = new StepReader(listDevices(value));
  const steps = Array.isArray(rawSteps) ? reader.readAll(rawSteps, ['steps']) : [];
  problems.push(...reader.problems);
  if (!head.success || problems.length > 0) return { ok: false, problems };
  const placed = locate ? placeSteps(steps, ['steps'], locate) : steps;
  const { title, why, rules, tags } = head.data;
  const given = readGiven(head.data.given);
  const unsound = [...findNamesakes(given), ...findUnsound(steps, given.app.is === 'playing')];
  if (unsound.length > 0) return { ok: false, problems: unsound };
  return {
    ok: true,
    scenario: {
      version: FORMAT_VERSION,
      name,
      title,
      why: why.trim(),
      rules,
      tags,
      given,
      steps: placed,
    },
  };
}

/** The devices as far as they can be told, so that a mistake elsewhere does not make every step wrong. */
function listDevices(value: unknown): string[] {
  const { devices } = (value as { given?: { devices?: unknown } } | null | undefined)?.given ?? {};
  return typeof devices === 'object' && devices !== null ? Object.keys(devices) : [];
}

function readGiven(given: z.infer<typeof givenSchema>): Given {
  const devices = Object.entries(given.devices).map(([key, device]) => {
    const { name = key, is } = typeof device === 'string' ? { is: device } : device;
    return [key, { name, is }] as const;
  });
  return {
    ...given,
    takeover: given.takeover === 'on',
    drisc: given.drisc === 'on',
    devices: Object.fromEntries(devices),
  };
}

/** Gives each step its place in the file. */
function placeSteps<AnyStep extends Step>(steps: readonly AnyStep[], path: Path, locate: Locate): AnyStep[] {
  return steps.map((step, index) => {
    const at = [...path, index];
    const placed = { ...step, place: locate(at) };
    if (placed.type === 'any-order')
      return { ...placed, steps: placeSteps(placed.steps, [...at, 'in any order'], locate) };
    if (placed.type === 'repeat')
      return { ...placed, steps: placeSteps(placed.steps, [...at, 'steps'], locate) };
    if (placed.type !== 'one-of') return placed;
    const branches = placed.branches.map((branch, nth) =>
      branch.length === 1
        ? [{ ...branch[0]!, place: locate([...at, 'one of', nth]) }]
        : placeSteps(branch, [...at, 'one of', nth], locate),
    );
    return { ...placed, branches };
  });
}

/** Devices of one name could not be told apart, neither by the app's user nor in the journal. */
function findNamesakes({ app, devices }: Given): Problem[] {
  const names = [app.name];
  return Object.entries(devices).flatMap(([key, { name }]): Problem[] => {
    const isTaken = names.includes(name);
    names.push(name);
    const message = `${key}: another device is called ${JSON.stringify(name)} already; give each a name of its own`;
    return isTaken ? [{ path: ['given', 'devices', key], message }] : [];
  });
}

/** Steps that would hold for the wrong reason. */
function findUnsound(steps: readonly Step[], plays: boolean): Problem[] {
  const first = steps.findIndex((step) => mentions(step, 'stops playing'));
  const played = plays || steps.slice(0, Math.max(0, first)).some((step) => mentions(step, 'plays'));
  if (first === -1 || played) return [];
  const message =
    '"app: stops playing" holds of an app that never played; let it play first, or say "never: app plays"';
  return [{ path: ['steps', first], message }];
}

function mentions(step: Step, template: string): boolean {
  if (step.type === 'say') return step.kind === 'app' && step.template === template;
  if (step.type === 'never') return false;
  const inner = step.type === 'one-of' ? step.branches.flat() : step.steps;
  return inner.some((each) => mentions(each, template));
}
