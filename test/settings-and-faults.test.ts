import { afterEach, describe, expect, it } from 'vitest';
import { SETTINGS } from '../protocol/settings.ts';
import type { SettingName } from '../protocol/settings.ts';
import { createSimulator, createVirtualClock, FAULT_KINDS } from '../simulator/index.ts';
import type { FaultKindName, Simulator, VirtualClock } from '../simulator/index.ts';
import { FAULT_EXERCISES, isInjectedBy } from './fault-exercises.ts';
import { describeSetting, SETTING_EXERCISES } from './setting-exercises.ts';

const open: Simulator[] = [];
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close();
});

async function listen(settings = {}): Promise<{ simulator: Simulator; clock: VirtualClock }> {
  const clock = createVirtualClock();
  const offers = [
    { id: 'S1', tags: ['live'], limit: 1 },
    { id: 'S2', limit: 2 },
  ];
  const simulator = createSimulator({ clock, offers, settings });
  open.push(simulator);
  await simulator.listen();
  return { simulator, clock };
}

const settings = Object.keys(SETTINGS) as SettingName[];
const kinds = Object.keys(FAULT_KINDS) as FaultKindName[];
const faultExercises = kinds.flatMap((kind) =>
  FAULT_EXERCISES[kind].map((exercise) => ({ kind, ...exercise })),
);

/** Kinds whose work is one of the protocol, and so bears no mark: a session that expires. */
const UNMARKED: FaultKindName[] = ['expire-session'];

describe('every setting, over a real socket', () => {
  it.each(settings)('%s makes the difference that it describes', async (name) => {
    const { observe, other, seen } = SETTING_EXERCISES[name];
    const byDefault = await listen();
    expect(await observe(byDefault.simulator, byDefault.clock)).toEqual(seen.byDefault);
    const otherwise = await listen({ [name]: other });
    expect(await observe(otherwise.simulator, otherwise.clock)).toEqual(seen.otherwise);
    expect(seen.byDefault).not.toEqual(seen.otherwise);
  });
});

describe('every kind of fault, over a real socket', () => {
  it('is exercised', () => {
    expect(kinds.filter((kind) => FAULT_EXERCISES[kind].length === 0)).toEqual([]);
  });

  it.each(faultExercises)('$kind: $title', async ({ kind, title, fault, addedLater }) => {
    const { simulator, clock } = await listen();
    if (!addedLater) simulator.faults.add(fault);
    await FAULT_EXERCISES[kind].find((exercise) => exercise.title === title)?.run(simulator, clock);

    const [status] = simulator.faults.status();
    expect(status?.fault.kind).toBe(kind);
    expect(status?.struck).toBeGreaterThan(0);
    if (UNMARKED.includes(kind)) return;
    expect(simulator.journal.entries({ match: isInjectedBy(status!.fault) })).not.toEqual([]);
  });
});

describe('the documentation', () => {
  it('has a table of all settings and faults, with what exercises each', async () => {
    const faults = kinds.map((kind) => {
      const { description, family, parameters } = FAULT_KINDS[kind];
      const names = Object.keys(parameters).map((name) => `\`${name}\``);
      const titles = FAULT_EXERCISES[kind].map(({ title }) => title).join('; ');
      return `| \`${kind}\` | ${family} | ${description} | ${names.join(', ')} | ${titles} |`;
    });
    const page = [
      '# Settings and faults of the simulator',
      '',
      'Generated from the tables in `protocol/settings.ts` and `simulator/faults/`, and from the tests that exercise each',
      'over a real socket (`test/settings-and-faults.test.ts`).',
      '',
      '## Settings',
      '',
      '| setting | default | mark, clause | what it decides | seen over a real socket |',
      '| --- | --- | --- | --- | --- |',
      ...settings.map(describeSetting),
      '',
      '## Faults',
      '',
      'Every fault may have a `name`, a `scope` (`publisherId`, `customerId`, `offerId`, `sessionId`, and `connection` for the',
      'nth one of a session), and bounds: `times`, `duration` in milliseconds, `probability`.',
      '',
      '| kind | family | what goes wrong | parameters | seen over a real socket |',
      '| --- | --- | --- | --- | --- |',
      ...faults,
      '',
    ];
    expect(page.filter((line) => /\|\s*\|\s*$/.test(line))).toEqual([]);
    await expect(page.join('\n')).toMatchFileSnapshot('../docs/settings-and-faults.md');
  });
});
