/** Gives each connection of a device a lifeline of its own for as long as another one is open: `tv`, `tv (2nd)`. */
export interface Lifelines<Connection> {
  /** A connection is opened; gives what its lifeline is called. */
  begin(device: string, connection: Connection): string;
  /** What the lifeline of a connection is called, also when it is over; nothing where it was never begun. */
  nameOf(connection: Connection): string | undefined;
  /** A connection is over: the next one may go on where it was. */
  end(connection: Connection): void;
}

interface Line {
  readonly device: string;
  readonly nth: number;
  isOpen: boolean;
}

/** Follows the connections of one conversation; one that is over frees its place for the next. */
export function createLifelines<Connection>(): Lifelines<Connection> {
  const lines = new Map<Connection, Line>();

  function findFree(device: string): number {
    const taken = new Set(
      [...lines.values()].filter((line) => line.isOpen && line.device === device).map(({ nth }) => nth),
    );
    for (let nth = 1; ; nth += 1) if (!taken.has(nth)) return nth;
  }

  return {
    begin(device, connection) {
      const line = { device, nth: findFree(device), isOpen: true };
      lines.set(connection, line);
      return nameLine(line);
    },
    nameOf(connection) {
      const line = lines.get(connection);
      return line && nameLine(line);
    },
    end(connection) {
      const line = lines.get(connection);
      if (line) line.isOpen = false;
    },
  };
}

const SUFFIXES: Readonly<Record<string, string>> = { two: 'nd', few: 'rd', one: 'st', other: 'th' };
const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });

function nameLine({ device, nth }: Line): string {
  return nth === 1 ? device : `${device} (${nth}${SUFFIXES[ORDINALS.select(nth)]})`;
}
