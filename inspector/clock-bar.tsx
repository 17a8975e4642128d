import type { JSX } from 'preact';
import { formatTime } from './entry-words.ts';
import type { SimulatorView } from './use-simulator.ts';
import type { Clock } from './world.ts';

const STEPS = [
  ['1 s', 1_000],
  ['5 s', 5_000],
  ['30 s', 30_000],
  ['15 min', 900_000],
] as const;

/** Moves the virtual clock on. */
export function ClockBar({ clock, act }: { clock: Clock; act: SimulatorView['act'] }): JSX.Element {
  const advance = (by: number): void =>
    void act(`The clock went on by ${by} ms`, 'POST', '/clock/advance', { by });
  const next = clock.timers.reduce((least, { at }) => Math.min(least, at - clock.now), Infinity);
  return (
    <section class="card" aria-labelledby="clock">
      <h2 id="clock">Virtual clock</h2>
      <p class="quiet">
        Stands at <code>{formatTime(clock.now)}</code>
        {Number.isFinite(next)
          ? `, ${clock.timers.length} timers run, the next ends in ${next} ms`
          : ', no timer runs'}
      </p>
      <div class="group">
        {STEPS.map(([words, by]) => (
          <button type="button" aria-label={`Advance the clock by ${words}`} onClick={() => advance(by)}>
            +{words}
          </button>
        ))}
        {Number.isFinite(next) && (
          <button type="button" onClick={() => advance(Math.max(0, next))}>
            Next timer
          </button>
        )}
      </div>
    </section>
  );
}
