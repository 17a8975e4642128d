import { z } from 'zod';
import { faultSchema } from '../faults/fault-kinds.ts';
import type { Fault } from '../faults/fault-kinds.ts';
import type { FaultStatus } from '../faults/faults.ts';
import { SimulatorError } from '../simulator-error.ts';
import { defineOperation, done, doneSchema } from './operation.ts';
import type { Operation } from './operation.ts';

const statusSchema = z
  .strictObject({
    fault: faultSchema,
    struck: z.int().meta({ description: 'How often it has struck.' }),
    active: z.boolean().meta({ description: 'Whether it can strike still.' }),
    left: z.int().optional().meta({ description: 'How often it may strike still.' }),
    until: z.number().optional().meta({ description: 'When it ends, in milliseconds since the epoch.' }),
  })
  .meta({ id: 'FaultStatus' });

function show({ fault, struck, active, left, until }: FaultStatus): z.input<typeof statusSchema> {
  return {
    fault,
    struck,
    active,
    ...(left === undefined ? {} : { left }),
    ...(until === undefined ? {} : { until }),
  };
}

export const FAULT_OPERATIONS: readonly Operation[] = [
  defineOperation({
    id: 'list-faults',
    group: 'faults',
    method: 'get',
    route: '/faults',
    summary: 'The faults that were added, and how often each has struck.',
    answer: z.strictObject({ faults: z.array(statusSchema) }),
    run: ({ simulator }) => ({ faults: simulator.faults.status().map(show) }),
  }),
  defineOperation({
    id: 'add-fault',
    group: 'faults',
    method: 'post',
    route: '/faults',
    summary: 'Adds a fault, in place of an earlier one of its name.',
    body: faultSchema,
    answer: statusSchema,
    run({ simulator, body }) {
      const { name } = simulator.faults.add(body as Fault);
      return show(simulator.faults.status().find(({ fault }) => fault.name === name)!);
    },
  }),
  defineOperation({
    id: 'remove-fault',
    group: 'faults',
    method: 'delete',
    route: '/faults/{name}',
    summary: 'Takes a fault back.',
    path: z.strictObject({ name: z.string().meta({ description: 'The name of the fault.' }) }),
    answer: doneSchema,
    errors: [404],
    run({ simulator, path }) {
      if (simulator.faults.remove(path.name)) return done;
      throw new SimulatorError('UnknownFault', `there is no fault ${JSON.stringify(path.name)}`);
    },
  }),
  defineOperation({
    id: 'clear-faults',
    group: 'faults',
    method: 'delete',
    route: '/faults',
    summary: 'Takes all faults back.',
    answer: doneSchema,
    run({ simulator }) {
      simulator.faults.clear();
      return done;
    },
  }),
];
