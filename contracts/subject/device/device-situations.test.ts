import { expect, it } from 'vitest';
import { CLIENT_RULES } from '../../../protocol/rules/client-rules.ts';
import { chooseDeviceSituations, DEVICE_SITUATIONS } from './device-situations.ts';

const RULES = CLIENT_RULES.map(({ id }) => id);

it('has a situation that a person can go through for each section of the catalogue', () => {
  const sections = [...new Set(CLIENT_RULES.map(({ section }) => section))];
  const bare = sections.filter(
    (section) =>
      chooseDeviceSituations(RULES.filter((id) => id.startsWith(`client/${section}/`))).length === 0,
  );
  expect(bare).toEqual([]);
  expect(chooseDeviceSituations(RULES)).toEqual(DEVICE_SITUATIONS);
});

it.each(DEVICE_SITUATIONS)('names rules that there are: $situation.name', ({ about }) => {
  expect(about.filter((start) => !RULES.some((rule) => rule.startsWith(start)))).toEqual([]);
});
