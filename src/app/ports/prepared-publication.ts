import { type TiersAround } from '../../domain/fte-outlook';
import { type AdjustmentKind } from '../../domain/service-adjustment';
import { type Stamp } from './clock';
import { type AccountWrite } from './account-write';

/** What a publication writes of one account, as it was decided before anybody had to wait for it. */
export interface PreparedAccount {
  readonly write: AccountWrite;
  /** The account's version when that was decided: with another one, it has to be decided anew. */
  readonly version: number;
}

/** Accounts that a publication has brought over and that weigh alike. */
export interface PublishedGroup extends TiersAround {
  readonly relationshipFacts: number;
  readonly adjustment: AdjustmentKind | null;
  readonly accounts: number;
  /** How many of them have a pending downgrade now. */
  readonly pending: number;
}

/**
 * Where a publication keeps, within its transaction, what it has decided of every account. Nobody sees any of it, and
 * nobody has to wait, before it is applied.
 */
export interface PreparedPublicationStore {
  /** Makes room, once; nobody else prepares a publication until the transaction ends. */
  begin(): Promise<void>;
  keep(prepared: readonly PreparedAccount[], stamp: Stamp): Promise<void>;
  /** To be called once everything is kept. */
  seal(): Promise<void>;
  /**
   * Writes all of it in a few statements, but for the accounts that have changed since: they are forgotten. Gives the
   * scorecards that those would have got, by account id; they are there already, and have to be written over.
   */
  apply(stamp: Stamp): Promise<Map<string, string>>;
  /** Ids above `after`, ascending, of the accounts that are scored and that the model of the version has not placed. */
  unplacedAfter(version: number, after: string, limit: number): Promise<string[]>;
  /** Which of the accounts were brought over by `apply`. */
  applied(ids: readonly string[]): Promise<Set<string>>;
  /** What was applied, with the service adjustments of now. */
  groups(): Promise<PublishedGroup[]>;
}
