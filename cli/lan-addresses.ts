import { networkInterfaces } from 'node:os';

/** The addresses under which other devices of the network reach this machine. */
export function listLanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
