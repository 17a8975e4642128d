import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createRemoteJWKSet } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { resolveSettings } from '../../protocol/settings.ts';
import type { PublisherKey } from '../../protocol/tokens.ts';
import { createVirtualClock } from '../../simulator/clock.ts';
import type { DriscConfig } from '../../simulator/config/config.ts';
import { resolveOffers, resolvePublishers } from '../../simulator/options.ts';
import type { OfferOptions, PublisherOptions, SimulatorOptions } from '../../simulator/options.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { CommandError, EXIT } from '../exit.ts';

type ConfiguredPublisher = NonNullable<DriscConfig['publishers']>[number];

/**
 * Turns a configuration into options of a simulator; reads key sets.
 * @param folder where relative paths begin
 * @throws {CommandError} on a key set that cannot be read
 */
export async function toSimulatorOptions(config: DriscConfig, folder: string): Promise<SimulatorOptions> {
  const { clock, seed, settings, limits, control, showTokens } = config;
  return {
    publishers: await readPublishers(config, folder),
    offers: (config.offers ?? []) as OfferOptions[],
    settings,
    limits,
    control,
    seed,
    showTokens,
    clock: clock === 'virtual' ? createVirtualClock() : undefined,
  };
}

/** The names of the faults that a configuration has put into force, so that the next one can take them back. */
export type ConfiguredFaults = readonly string[];

/** Puts the faults of a configuration into force. */
export function addConfiguredFaults(simulator: Simulator, { faults = [] }: DriscConfig): ConfiguredFaults {
  return faults.map((fault) => simulator.faults.add(fault).name);
}

/** Puts another configuration into force while sessions live: publishers, offers, settings and faults. */
export async function applyConfig(
  simulator: Simulator,
  config: DriscConfig,
  folder: string,
  former: ConfiguredFaults,
): Promise<ConfiguredFaults> {
  const publishers = resolvePublishers(await readPublishers(config, folder));
  simulator.directory.replace(publishers, resolveOffers((config.offers ?? []) as OfferOptions[]));
  simulator.configure(resolveSettings(config.settings));
  for (const name of former) simulator.faults.remove(name);
  return addConfiguredFaults(simulator, config);
}

async function readPublishers({ publishers = [] }: DriscConfig, folder: string): Promise<PublisherOptions[]> {
  return Promise.all(
    publishers.map(async (publisher): Promise<PublisherOptions> => {
      const { id, enabled = true, takeover = true } = publisher;
      return { id, enabled, takeover, ...(await readKey(publisher, folder)) };
    }),
  );
}

async function readKey({ id, secret, jwks }: ConfiguredPublisher, folder: string): Promise<PublisherKey> {
  if (secret !== undefined) return { secret };
  if (typeof jwks === 'object') return { jwks: jwks as unknown as JSONWebKeySet };
  // The keys are fetched when the first token comes, and again when a token names one that is not among them.
  if (jwks !== undefined && /^https?:/.test(jwks)) return { findKey: createRemoteJWKSet(new URL(jwks)) };
  const path = resolve(folder, jwks ?? '');
  try {
    return { jwks: JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet };
  } catch (cause) {
    const message = `publisher ${id}: cannot read the key set ${path}: ${(cause as Error).message}`;
    throw new CommandError(EXIT.usage, message, { cause });
  }
}
