import { type MoveDirection } from '../domain/move-message';
import { type ServicePromiseCode } from '../domain/service-promise';

/** The words of one language, in the ICU message format. */
export interface Catalogue {
  /** With the numbers that the promise names. */
  readonly promises: Readonly<Record<ServicePromiseCode, string>>;
  /** With {name} of the customer and {day} of the move. */
  readonly moves: Readonly<Record<MoveDirection, MoveWords>>;
}

interface MoveWords {
  readonly subject: string;
  readonly opening: string;
  /** Before the list of promises; left out where there is none. */
  readonly listing: string;
  readonly closing: string;
}
