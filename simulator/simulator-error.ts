/** What can go wrong with a simulator at run time, through no fault of the calling code. */
export type SimulatorErrorCode =
  | 'PortInUse'
  | 'AddressNotAvailable'
  | 'AlreadyListening'
  | 'ClockIsReal'
  | 'UnknownSession'
  | 'UnknownConnection'
  | 'UnknownGhost'
  | 'UnknownPublisher'
  | 'UnknownOffer'
  | 'UnknownFault'
  | 'UnknownEntry'
  | 'UnknownScenario'
  | 'NotForSwitching'
  | 'NothingCame'
  | 'NotGranted';

/** A run-time fault of the simulator; `code` says which. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';
  readonly code: SimulatorErrorCode;

  constructor(code: SimulatorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
