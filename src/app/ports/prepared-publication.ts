import { type TiersAround } from '../../domain/fte-outlook';
import { type AdjustmentKind } from '../../domain/service-adjustment';
import { type Stamp } from './clock';
import { type AccountWrite } from './account-write';

/** What a publication does to one account, as it was decided before anybody had to wait for it. */
export interface PreparedAccount {
  readonly write: AccountWrite;
  /** Whether it is written with the model itself: it moves at once, say, or raises an intervention. */
  readonly withModel: boolean;
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
  /** Waits until nobody prepares a publication; nobody begins to before the transaction ends. */
  awaitNone(): Promise<void>;
  /** Makes room, once; nobody else prepares a publication until the transaction ends. */
  begin(): Promise<void>;
  keep(prepared: readonly PreparedAccount[], stamp: Stamp): Promise<void>;
  /** To be called once everything is kept. Gives all that was decided. */
  seal(): Promise<readonly PublishedGroup[]>;
  /**
   * Notes the accounts that have come or changed since `begin`, or whose service adjustments have; to be called when
   * nobody places accounts any more. Gives whether there are any.
   */
  noteOvertaken(): Promise<boolean>;
  /** What was decided of accounts that are overtaken. */
  overtakenGroups(): Promise<readonly PublishedGroup[]>;
  /**
   * Writes those that move with the model in a few statements. Overtaken ones are forgotten; gives the scorecards that
   * those would have got, by account id; they are there already, and have to be written over.
   */
  apply(stamp: Stamp): Promise<Map<string, string>>;
  /** Ids above `after`, ascending, of the overtaken accounts that are scored. */
  overtakenAfter(after: string, limit: number): Promise<string[]>;
  /** Which of the accounts were written by `apply`. */
  applied(ids: readonly string[]): Promise<Set<string>>;
}
