import { type TiersAround } from '../../domain/fte-outlook';
import { type AdjustmentKind } from '../../domain/service-adjustment';
import { type Stamp } from './clock';
import { type AccountWrite } from './account-write';

/** What a publication does to one account, as it was decided before anybody had to wait for it. */
export interface PreparedAccount {
  readonly write: AccountWrite;
  /** Whether more becomes of it than a new scorecard; only such accounts are written with the model itself. */
  readonly moves: boolean;
  /** The account's version when that was decided: with another one, it has to be decided anew. */
  readonly version: number;
}

/** Accounts that a publication has decided and that weigh alike. */
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
   * Writes those that move in a few statements. Accounts that have changed since they were decided are forgotten; gives
   * the scorecards that those would have got, by account id; they are there already, and have to be written over.
   */
  apply(stamp: Stamp): Promise<Map<string, string>>;
  /** Ids above `after`, ascending, of the scored accounts that came or changed after they were decided. */
  overtakenAfter(after: string, limit: number): Promise<string[]>;
  /** Which of the accounts were written by `apply`. */
  applied(ids: readonly string[]): Promise<Set<string>>;
  /** What was decided and not overtaken, with the service adjustments of now. */
  groups(): Promise<PublishedGroup[]>;
}
