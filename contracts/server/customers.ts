/** Lends customers to cases, so that no two cases that go on at a time have the same one. */
export interface Customers {
  /** How many there are; `Infinity` where they are made up. */
  readonly count: number;
  /** Resolves with a customer that nobody else has; `beside` is the one that the same case has already. */
  take(beside?: string): Promise<string>;
  /** After everything that a case began has been ended. */
  giveBack(customerId: string): void;
}

/** Customers without end, none of them used twice. */
export function makeUpCustomers(prefix: string): Customers {
  let made = 0;
  return {
    count: Infinity,
    // The ids of one case are alike, so that a server's log can be read.
    take: async (beside) => (beside === undefined ? `${prefix}-${++made}` : `${beside}-neighbour`),
    giveBack: () => {},
  };
}

/** The given customers, one after the other, again and again. */
export function lendCustomers(customerIds: readonly string[]): Customers {
  const free = [...customerIds];
  const waiting: ((customerId: string) => void)[] = [];
  return {
    count: customerIds.length,
    async take() {
      const customerId = free.shift();
      return customerId ?? new Promise<string>((resolve) => waiting.push(resolve));
    },
    giveBack(customerId) {
      const next = waiting.shift();
      if (next) next(customerId);
      else free.push(customerId);
    },
  };
}

/** Has a customer used by nobody else meanwhile. */
export async function lendCustomer<Given>(
  customers: Customers,
  use: (customerId: string) => Promise<Given>,
): Promise<Given> {
  const customerId = await customers.take();
  try {
    return await use(customerId);
  } finally {
    customers.giveBack(customerId);
  }
}
