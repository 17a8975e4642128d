import { measureEntry } from '../../simulator/journal.ts';
import { isOtherTraffic } from './read-entries.ts';
import type { RecordedEntry } from './read-journal.ts';

/** Requests that are not answered yet: whose they are, the answer tells. */
export class AskedRequests {
  /** By their exchange; of other traffic nothing is kept but that. */
  readonly #waiting = new Map<string, RecordedEntry | 'other'>();
  readonly #most: { readonly count: number; readonly characters: number };
  #characters = 0;

  constructor(most: { readonly count: number; readonly characters: number }) {
    this.#most = most;
  }

  add(key: string, request: RecordedEntry): void {
    const isOther = isOtherTraffic(request);
    this.#waiting.set(key, isOther ? 'other' : request);
    if (!isOther) this.#characters += measureEntry(request);
  }

  /** The request that is answered; nothing where none is known. */
  take(key: string): RecordedEntry | 'other' | undefined {
    const request = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (typeof request === 'object') this.#characters -= measureEntry(request);
    return request;
  }

  /** The oldest ones, as long as there are too many: whoever hung up is answered no more. */
  giveUp(): RecordedEntry[] {
    const { count, characters } = this.#most;
    const given: RecordedEntry[] = [];
    for (const key of this.#waiting.keys()) {
      if (this.#waiting.size <= count && this.#characters <= characters) break;
      const request = this.take(key);
      if (typeof request === 'object') given.push(request);
    }
    return given;
  }

  /** All that are left. */
  takeAll(): RecordedEntry[] {
    const all = [...this.#waiting.values()].filter((request) => request !== 'other');
    this.#waiting.clear();
    this.#characters = 0;
    return all;
  }
}
