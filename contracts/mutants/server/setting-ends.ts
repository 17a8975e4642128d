import { SETTINGS } from '../../../protocol/settings.ts';
import type { SettingName, Settings } from '../../../protocol/settings.ts';
import type { ServerTerms } from './start-mutant.ts';

/** A server that conforms, at one end of what PROTOCOL.md leaves to it. */
export interface ConformingServer {
  /** The setting, as the table of PROTOCOL.md §6 has it, or what the publisher decides. */
  readonly setting: string;
  readonly value: string;
  readonly settings: { readonly [Name in SettingName]?: Settings[Name] };
  readonly terms: ServerTerms;
}

/**
 * The ends of each setting, the default being one where nothing lies beyond it. Times end where a run can still tell
 * them from others: a deadline below a round trip, or a pending session that is gone before its client can connect,
 * leaves nobody a chance.
 */
const ENDS: { readonly [Name in SettingName]: readonly Settings[Name][] } = {
  pongTimeout: [500, 4_000],
  pendingTimeout: [5_000, 3_600_000],
  pingInterval: [300, 60_000],
  pingScope: ['pool', 'customer'],
  pingOnRefusedCreate: [true, false],
  terminateOn: ['requested', 'connected'],
  limitStatus: [400, 499],
  disabledShape: ['both', 'status', 'enabled'],
  requireSessionName: [false, true],
  // 3.2 has a figure of the vendor's own: a server with another one does not conform.
  maxNameLength: [100],
  nameLengthUnit: ['code-points', 'utf-16'],
  takeoverBelowLimit: [true, false],
  closeAfterExpired: [true, false],
  closeAfterFinished: [true, false],
  closeCodeOrderly: [1_000, 4_999],
  closeCodePolicy: [1_008, 4_999],
  badFrames: ['ignore', 'close'],
  endpointTokenLifetime: [120_000, 31_536_000_000],
};

const TERMS: readonly (readonly [setting: string, value: string, terms: ServerTerms])[] = [
  ['sessionLimit', '1', { limit: 1 }],
  ['sessionLimit', '6', { limit: 6 }],
  ['takeover', 'off', { takeover: false }],
  ['offers', '1', { offers: 1 }],
];

/** A conforming server for each end of each setting that is not its default, and one of all defaults. */
export const CONFORMING_SERVERS: readonly ConformingServer[] = [
  { setting: 'all', value: 'default', settings: {}, terms: {} },
  ...Object.entries(ENDS).flatMap(([setting, values]) =>
    values
      .filter((value) => value !== SETTINGS[setting as SettingName].default)
      .map((value) => ({ setting, value: String(value), settings: { [setting]: value }, terms: {} })),
  ),
  ...TERMS.map(([setting, value, terms]) => ({ setting, value, settings: {}, terms })),
];
