import type { Clock } from '../../simulator/clock.ts';
import type { JournalEntry } from '../../simulator/journal.ts';
import type { ClientSubject } from '../client-subject.ts';
import type { Observation } from './observation.ts';
import type { Stage } from './stage.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { World } from './world.ts';

/**
 * Everything that was seen, in the order in which it came. What comes in waits until the player takes it, one at a
 * time, so that no state of the world is skipped over however much comes at once.
 */
export class Watch {
  readonly history: Observation[] = [];
  readonly #world: World;
  readonly #clock: Clock;
  readonly #incoming: (() => Observation)[] = [];
  readonly #stops: (() => void)[] = [];
  #wake: (() => void) | undefined;
  readonly #time: VirtualTime | undefined;

  constructor(world: World, { simulator, concerns }: Stage, time: VirtualTime | undefined) {
    this.#world = world;
    this.#clock = simulator.clock;
    this.#time = time;
    const leave = simulator.journal.subscribe((entry) => {
      if (concerns(entry)) this.admit(entry);
    });
    this.#stops.push(leave);
  }

  admit(entry: JournalEntry): void {
    this.#push(() => this.#world.readEntry(entry));
  }

  follow(subject: ClientSubject): void {
    this.#stops.push(
      subject.subscribe((event) => {
        const at = this.#clock.now();
        this.#push(() => this.#world.readEvent(event, at));
      }),
    );
  }

  note(text: string): void {
    this.history.push({ source: 'script', at: this.#clock.now(), actor: 'server', text });
  }

  /** Takes the next thing that was seen; gives nothing where there is none yet. */
  take(): Observation | undefined {
    const observation = this.#incoming.shift()?.();
    if (observation) this.history.push(observation);
    return observation;
  }

  /** Waits until there is something to take, or until `due` (milliseconds since the epoch). */
  async untilSomething(due: number): Promise<'something' | 'due'> {
    if (this.#incoming.length > 0) return 'something';
    return this.#time ? this.#leap(this.#time, due) : this.#wait(due);
  }

  async #leap(time: VirtualTime, due: number): Promise<'something' | 'due'> {
    for (;;) {
      await time.settle(() => this.#incoming.length > 0);
      if (this.#incoming.length > 0) return 'something';
      if (this.#clock.now() >= due) return 'due';
      await time.advance(due);
    }
  }

  #wait(due: number): Promise<'something' | 'due'> {
    return new Promise((resolve) => {
      const settle = (how: 'something' | 'due'): void => {
        this.#wake = undefined;
        cancel();
        resolve(this.#incoming.length > 0 ? 'something' : how);
      };
      const cancel = this.#clock.setAlarm(due, () => Promise.resolve(settle('due')));
      this.#wake = () => settle('something');
    });
  }

  /** Ends the waiting, whether or not there is something. */
  wake(): void {
    this.#wake?.();
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #push(read: () => Observation): void {
    this.#incoming.push(read);
    this.#wake?.();
  }
}
