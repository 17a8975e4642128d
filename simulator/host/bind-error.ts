import { SimulatorError } from '../simulator-error.ts';

/** Why a port or address cannot be listened on, with what to do: `PortInUse` or `AddressNotAvailable`. */
export function explainBindError(cause: NodeJS.ErrnoException, port: number, host: string): Error {
  if (cause.code === 'EADDRINUSE') {
    const message = `port ${port} on ${host} is in use; stop what listens there, or choose another port (0 takes any free one)`;
    return new SimulatorError('PortInUse', message, { cause });
  }
  if (cause.code === 'EACCES') {
    const message = `port ${port} may not be used by this user; choose one above 1023`;
    return new SimulatorError('PortInUse', message, { cause });
  }
  const message = `cannot listen on ${host}: ${cause.message}; use an address of this machine, such as 127.0.0.1`;
  return new SimulatorError('AddressNotAvailable', message, { cause });
}
