/** A map that remembers what was mentioned last: what was asked for or set longest ago gives way. */
export interface RecentMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  clear(): void;
}

/** @param onForget hears of what gives way */
export function createRecentMap<Value>(
  capacity: number,
  onForget: (value: Value, key: string) => void = () => {},
): RecentMap<Value> {
  // In the order in which they were mentioned.
  const values = new Map<string, Value>();

  function set(key: string, value: Value): void {
    values.delete(key);
    values.set(key, value);
    if (values.size <= capacity) return;
    const [oldest] = values;
    if (!oldest) return;
    values.delete(oldest[0]);
    onForget(oldest[1], oldest[0]);
  }

  return {
    get(key) {
      const value = values.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete: (key) => void values.delete(key),
    clear: () => values.clear(),
  };
}
