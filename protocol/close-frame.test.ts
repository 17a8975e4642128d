import Ajv2020 from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { closeCodeSchema } from './close-frame.ts';

const SENDABLE = [1000, 1003, 1007, 1014, 3000, 4999];
const OTHERS = [999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 1000.5, '1000'];

it('takes the close codes that may stand in a close frame, and no other', () => {
  expect(SENDABLE.filter((code) => !closeCodeSchema.safeParse(code).success)).toEqual([]);
  expect(OTHERS.filter((code) => closeCodeSchema.safeParse(code).success)).toEqual([]);
});

it('says the same as a JSON Schema', () => {
  const takes = new Ajv2020.default().compile(z.toJSONSchema(closeCodeSchema));
  expect(SENDABLE.filter((code) => !takes(code))).toEqual([]);
  expect(OTHERS.filter((code) => takes(code))).toEqual([]);
});
