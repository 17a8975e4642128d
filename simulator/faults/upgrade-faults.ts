import { z } from 'zod';
import { defineFaultKinds } from './fault-kind.ts';
import type { Struck } from './faults.ts';

export const UPGRADE_FAULTS = defineFaultKinds('upgrade', {
  'upgrade-refused': {
    description: 'The WebSocket upgrade is refused with a status, 503 unless told.',
    parameters: {
      status: z
        .int()
        .min(400)
        .max(599)
        .default(503)
        .meta({ description: 'The status.', unit: 'HTTP status' }),
    },
  },
  'upgrade-silent': {
    description:
      'The WebSocket opens, and nothing ever comes of it: what the client says is lost, and it hears nothing.',
    parameters: {},
  },
});

/** What happens to one upgrade. */
export interface UpgradePlan {
  /** The status to refuse it with. */
  readonly refuse?: number | undefined;
  readonly silent: boolean;
  /** The names of the faults, for the journal. */
  readonly injected?: string | undefined;
}

/** Adds up the faults that struck an upgrade. */
export function planUpgrade(struck: readonly Struck<'upgrade'>[]): UpgradePlan {
  const refusal = struck.map(({ fault }) => fault).find((fault) => fault.kind === 'upgrade-refused');
  const injected = struck.map(({ fault }) => fault.name).join(', ') || undefined;
  return { refuse: refusal?.status, silent: !refusal && struck.length > 0, injected };
}
