import type { Sight } from '../client/monitor.ts';

/** What the driver protocol shows of a client. */
export const DRIVEN_SIGHTS: readonly Sight[] = ['playback', 'limit', 'taken-over', 'status', 'press'];
