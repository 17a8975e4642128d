import { networkInterfaces } from 'node:os';
import { CommandError, EXIT } from './exit.ts';

/** The addresses under which other devices of the network reach this machine. */
export function listLanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** The same for whoever cannot do without. @throws {CommandError} where the machine is in no network. */
export function requireLanAddresses(): string[] {
  const addresses = listLanAddresses();
  if (addresses.length > 0) return addresses;
  throw new CommandError(EXIT.environment, '--lan: this machine has no address in a local network');
}
