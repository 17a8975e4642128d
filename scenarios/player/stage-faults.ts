import type { Fault } from '../../simulator/faults/fault-kinds.ts';
import type { Simulator } from '../../simulator/simulator.ts';

/** The faults that a scenario has begun, among those that a simulator has. */
export class StageFaults {
  readonly #simulator: Simulator;
  readonly #nameFor: (name: string) => string;
  readonly #names = new Set<string>();

  /** @param nameFor tells faults of one name apart, where several scenarios are played at once */
  constructor(simulator: Simulator, nameFor: (name: string) => string = (name) => name) {
    this.#simulator = simulator;
    this.#nameFor = nameFor;
  }

  add(fault: Fault): void {
    const name = this.#nameFor(fault.name ?? fault.kind);
    this.#names.add(name);
    this.#simulator.faults.add({ ...fault, name });
  }

  clear(): void {
    for (const name of this.#names) this.#simulator.faults.remove(name);
  }
}
