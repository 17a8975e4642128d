import type { SessionState, SessionTimer } from '../protocol/model/session-table.ts';
import type { Settings } from '../protocol/settings.ts';
import type { GhostBehaviour } from '../simulator/ghost-device.ts';
import type { ScenarioPlay } from '../simulator/scenario-switch.ts';
import type { ControlClient } from './control-client.ts';

export interface Session {
  readonly publisherId: string;
  readonly customerId: string;
  readonly offerId: string;
  readonly id: string;
  readonly name: string;
  readonly state: SessionState;
}

export interface Pool {
  readonly publisherId: string;
  readonly customerId: string;
  readonly offerId: string;
  readonly limit: number;
  readonly sessions: readonly Session[];
}

export interface Ghost {
  readonly id: string;
  readonly name: string;
  readonly behaviour: GhostBehaviour;
  readonly connected: boolean;
  readonly sessionId?: string;
}

export interface FaultState {
  readonly fault: { readonly kind: string; readonly name: string } & Record<string, unknown>;
  readonly struck: number;
  readonly active: boolean;
  readonly left?: number;
}

export interface Clock {
  readonly clock: 'real' | 'virtual';
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly timers: readonly { at: number; timer: SessionTimer | 'pingInterval'; sessionId?: string }[];
}

/** What the simulator is made of at a moment, as far as the control API tells. */
export interface World {
  readonly pools: readonly Pool[];
  readonly connections: readonly { id: string; sessionId: string }[];
  readonly ghosts: readonly Ghost[];
  readonly faults: readonly FaultState[];
  readonly publishers: readonly { id: string; enabled: boolean; takeover: boolean }[];
  readonly offers: readonly { id: string; limit: number; publisherId?: string }[];
  readonly settings: Settings;
  readonly clock: Clock;
  /** The scenarios that are on, and each customer's last one. */
  readonly plays: readonly ScenarioPlay[];
}

/** Asks for everything at once. @throws {ControlError} */
export async function readWorld({ call }: ControlClient): Promise<World> {
  const [
    { pools },
    { connections },
    { ghosts },
    { faults },
    { publishers, offers, settings },
    clock,
    { plays },
  ] = await Promise.all([
    call<Pick<World, 'pools'>>('GET', '/pools'),
    call<Pick<World, 'connections'>>('GET', '/connections'),
    call<Pick<World, 'ghosts'>>('GET', '/ghosts'),
    call<Pick<World, 'faults'>>('GET', '/faults'),
    call<Pick<World, 'publishers' | 'offers' | 'settings'>>('GET', '/configuration'),
    call<Clock>('GET', '/clock'),
    call<Pick<World, 'plays'>>('GET', '/scenarios/plays'),
  ]);
  return { pools, connections, ghosts, faults, publishers, offers, settings, clock, plays };
}
