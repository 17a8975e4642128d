import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { defineScenario } from './define-scenario.ts';
import type { ScenarioSource } from './define-scenario.ts';
import { libraryFile, listLibraryNames, readLibraryScenario } from './library.ts';

/** A model without the places of its steps and the file, which only a file has. */
function withoutPlaces(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) => (key === 'place' || key === 'file' ? undefined : each)),
  );
}

describe('defineScenario', () => {
  it('gives the same model as a file, and the model is plain data', async () => {
    for (const name of await listLibraryNames()) {
      const source = parse(readFileSync(libraryFile(name), 'utf8')) as Omit<ScenarioSource, 'name'>;
      const scenario = await readLibraryScenario(name);
      expect(withoutPlaces(defineScenario({ name, ...source }))).toEqual(withoutPlaces(scenario));
      expect(JSON.parse(JSON.stringify(scenario))).toEqual(structuredClone(withoutUndefined(scenario)));
    }
  });

  it('throws with every problem and its path', () => {
    const source = {
      name: 'x',
      drisc: 1 as const,
      title: 't',
      why: 'w',
      steps: [{ app: 'plaays' }, { ap: 'plays' }],
    };
    expect(() => defineScenario(source)).toThrow(
      /steps\[0\]\.app: .*did you mean "plays"[^]*steps\[1\]\.ap: .*"app"/,
    );
  });
});

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
