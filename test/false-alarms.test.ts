import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { Result } from '../reports/result.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { judge, startSecondServer } from './second-server/judge.ts';
import type { Ready } from './second-server/judge.ts';
import { openSlowLine } from './slow-line.ts';

/** How many seeds each: one in the suite, twenty in `npm run false-alarms`. */
const SEEDS = Array.from({ length: Number(process.env['FALSE_ALARM_SEEDS'] ?? 1) }, (_, n) => n + 1);

const TIMEOUT = 300_000;

/** Whatever speaks against the server, which conforms. */
function alarms({ rules }: Result): string[] {
  return rules
    .filter(({ verdict }) => ['fail', 'warn', 'error'].includes(verdict))
    .map(({ id, verdict, reason, failures: [failure] }) =>
      [id, verdict, reason, failure?.message, failure?.actual, ...(failure?.steps ?? [])].join(' | '),
    );
}

function passed({ rules }: Result): number {
  return rules.filter(({ verdict }) => verdict === 'pass').length;
}

/** The simulator, since it gives endpoints at the host that it was asked by: frames go the long way, too. */
function createConforming() {
  const publisher = { id: '1000', secret: 'secret' };
  const disabledPublisher = { id: '2000', secret: 'other' };
  const offers = [
    { id: 'A', tags: ['live'], limit: 2 },
    { id: 'B', tags: [], limit: 2 },
  ];
  const simulator = createSimulator({
    publishers: [publisher, { ...disabledPublisher, enabled: false }],
    offers,
  });
  const at = (url: string): Ready => ({
    url,
    publisherId: publisher.id,
    secret: publisher.secret,
    offers,
    limit: 2,
    disabledPublisher,
    pongTimeout: simulator.settings.pongTimeout,
  });
  return { simulator, at };
}

/** How long a server takes over each frame that comes in, in milliseconds: one in the suite. */
const FRAME_TIMES = SEEDS.length > 1 ? [20, 60, 100, 200] : [60];

/** Fewer seeds, since that is slow. */
const SLOW_SERVERS = FRAME_TIMES.flatMap((delay) => SEEDS.slice(0, 5).map((seed) => [delay, seed] as const));

describe('a conforming server', () => {
  it.concurrent.for(SEEDS)(
    'is not accused over a slow line, with seed %i',
    { timeout: TIMEOUT },
    async (seed) => {
      const { simulator, at } = createConforming();
      await using _ = simulator;
      await using line = await openSlowLine(await simulator.listen(), { latency: 150, jitter: 50, seed });
      const { result } = await judge(at(line.url), ['--seed', `${seed}`, '--runs', '30', '--budget', '2m']);
      expect(alarms(result)).toEqual([]);
      expect(passed(result)).toBeGreaterThan(result.rules.length - 5);
      expect(await simulator.pools()).toEqual([]);
    },
  );

  it.concurrent.for(SLOW_SERVERS)(
    'is not accused that is slow to process, quick to preflight, with %i ms a frame and seed %i',
    { timeout: TIMEOUT },
    async ([delay, seed]) => {
      const { simulator, at } = createConforming();
      await using _ = simulator;
      // What comes in waits in its order, a close behind the frames before it.
      simulator.faults.add({ kind: 'delay-frame', name: 'slow frames', direction: 'in', delay });
      if (seed % 2 === 0) simulator.faults.add({ kind: 'http-latency', name: 'slow requests', delay });
      const { result } = await judge(at(await simulator.listen()), ['--seed', `${seed}`, '--runs', '30']);
      expect(alarms(result)).toEqual([]);
      expect(passed(result)).toBeGreaterThan(result.rules.length - 5);
      expect(await simulator.pools()).toEqual([]);
    },
  );
});

describe('on a machine that is busy on every core, a conforming server', () => {
  it.for(SEEDS)('is not accused, with seed %i', { timeout: TIMEOUT }, async (seed) => {
    const burners = Array.from({ length: availableParallelism() }, () =>
      // Stops by itself, whatever becomes of us.
      spawn(process.execPath, ['-e', `const end = Date.now() + ${TIMEOUT}; while (Date.now() < end);`]),
    );
    try {
      const server = await startSecondServer('', 2_000);
      const { result } = await judge(server, ['--seed', `${seed}`, '--runs', '30']);
      expect(alarms(result)).toEqual([]);
      expect(passed(result)).toBeGreaterThan(result.rules.length - 5);
    } finally {
      for (const burner of burners) burner.kill();
    }
  });
});
