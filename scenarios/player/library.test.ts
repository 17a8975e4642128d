import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../simulator/simulator.ts';
import { readLibraryScenario, listLibraryNames } from '../library.ts';
import type { ScenarioOutcome } from '../outcome.ts';
import { MemoryClient } from '../test-clients/memory-client.ts';
import { BASE_URL, createMemoryWire } from '../test-clients/memory-wire.ts';
import type { Quirk } from '../test-clients/quirks.ts';
import { playScenario } from './play-scenario.ts';
import { createVirtualTime } from './virtual-time.ts';

async function play(name: string, quirk?: Quirk): Promise<ScenarioOutcome> {
  const time = createVirtualTime();
  const simulator = createSimulator({ clock: time.clock });
  const wire = createMemoryWire(simulator, time);
  return playScenario(await readLibraryScenario(name), {
    simulator,
    baseUrl: BASE_URL,
    time,
    attach: () => new MemoryClient(wire, time.clock, quirk),
  });
}

describe('the library', async () => {
  const names = await listLibraryNames();
  it.each(names)('%s passes with a client that conforms', async (name) => {
    const outcome = await play(name);
    expect({ failure: outcome.failure, reason: outcome.reason, verdict: outcome.verdict }).toEqual({
      verdict: 'pass',
    });
  });

  it.each<[string, Quirk, string]>([
    ['disabled', 'waits-when-disabled', 'app: plays'],
    ['limit-reached', 'plays-when-refused', 'app: shows the limit'],
    ['limit-reached', 'hides-limit', 'app: shows the limit'],
    ['limit-reached', 'one-try-only', 'app: creates a session'],
    ['limit-reached', 'asks-again-at-limit', 'never'],
    ['takeover', 'plays-through-take-over', 'in any order'],
    ['takeover', 'keeps-name-to-itself', 'in any order'],
    ['takeover', 'fights-take-over', 'never'],
    ['takeover-by-the-app', 'takes-over-unasked', 'never'],
    ['missed-pong', 'never-returns', 'app: reconnects'],
    ['missed-pong', 'new-session-when-lost', 'app: reconnects'],
    ['missed-pong', 'plays-through-expired', 'app: stops playing'],
    ['missed-pong', 'loops-on-expired', 'never'],
    ['missed-pong', 'never-pongs', 'app: sends PONG'],
    ['missed-pong', 'skips-requested', 'app: sends REQUESTED'],
    ['missed-pong', 'plays-before-ok', 'app: connects'],
  ])('%s fails a client that %s at "%s"', async (name, quirk, step) => {
    const outcome = await play(name, quirk);
    expect(outcome.verdict).toBe('fail');
    expect(outcome.failure?.step).toContain(step);
  });
});
