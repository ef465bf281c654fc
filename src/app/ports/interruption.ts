/**
 * OVERLOADED: too many others wait already, so this is not even begun. TIMEOUT: the time of the request is over.
 * CANCELLED: whoever asked has gone away.
 */
export type InterruptionCode = 'OVERLOADED' | 'TIMEOUT' | 'CANCELLED';

/** Work was not begun, or was ended before it was done, for want of time or room; nothing of it was kept. */
export class Interruption extends Error {
  constructor(
    readonly code: InterruptionCode,
    message: string,
  ) {
    super(message);
    this.name = 'Interruption';
  }

  static overloaded(what: string): Interruption {
    return new Interruption('OVERLOADED', `${what}; try again in a moment`);
  }
}
