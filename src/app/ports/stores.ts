import { type AccountNames } from './account-names';
import { type AccountField } from '../../domain/account';
import { type CalendarDate } from '../../domain/calendar';
import { type Money } from '../../domain/money';
import { type QuietDays } from '../../domain/quiet-days';
import { type Account } from '../../domain/rescoring';
import { type Scorecard } from '../../domain/scorecard';
import { type ArrMovement } from '../../domain/revenue';
import { type LineFactChange, type SubscriptionLine } from '../../domain/subscription';
import { type TieringModel } from '../../domain/tiering-model';
import { type Role } from '../actor';
import { type AccountWrite } from './account-write';
import { type AssignmentPlanStore } from './assignment-plan';
import { type BookFigureStore } from './book-figures';
import { type Stamp } from './clock';
import { type CsmStore } from './csm';
import { type DailyRunStore } from './daily-run';
import { type DigitalProgramStore } from './digital-program';
import { type EventStore } from './event';
import { type IdempotencyStore } from './idempotency';
import { type InterventionStore } from './intervention';
import { type LoadFigureStore } from './load-figures';
import { type ModelDraftStore } from './model-drafts';
import { type OverrideStore } from './override';
import { type PastBookStore } from './past-books';
import { type PortfolioStore } from './portfolio';
import { type PreparedPublicationStore } from './prepared-publication';
import { type RenewalNoticeStore } from './renewal-notice';
import { type SegmentStore } from './segments';
import { type AdjustmentStore } from './service-adjustment';
import { type SupportStore } from './support';
import { type TierReviewStore } from './tier-review';
import { type TouchStore } from './touch';
import { type WebhookStore } from './webhook';

/**
 * One transaction. The stores exist only inside it, so nothing can be written outside one by mistake.
 * A conflict with a transaction that came first is tried again a few times. Whatever is written is audited under the
 * stamp (spec section 13).
 *
 * What stores are asked for happens in the order in which they are asked, and may be asked for at once: locks first,
 * then what they protect. A store that has nothing to give back does not wait until it has written; what is read after
 * that sees it all the same, and where it fails, so does everything after it, and the transaction as a whole.
 */
export interface UnitOfWork {
  run<T>(stamp: Stamp, work: (stores: Stores) => Promise<T>): Promise<T>;
  /** Runs the work and takes everything back: for dry runs. */
  rehearse<T>(stamp: Stamp, work: (stores: Stores) => Promise<T>): Promise<T>;
  /** Runs work that only looks: everything it reads is the book as of one moment, and nothing can be written. */
  observe<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
}

export interface Stores {
  readonly accounts: AccountStore;
  readonly assignmentPlans: AssignmentPlanStore;
  readonly bookFigures: BookFigureStore;
  readonly csms: CsmStore;
  readonly adjustments: AdjustmentStore;
  readonly dailyRuns: DailyRunStore;
  readonly digitalPrograms: DigitalProgramStore;
  readonly events: EventStore;
  readonly idempotency: IdempotencyStore;
  readonly interventions: InterventionStore;
  readonly loadFigures: LoadFigureStore;
  readonly modelDrafts: ModelDraftStore;
  readonly models: ModelStore;
  readonly overrides: OverrideStore;
  readonly pastBooks: PastBookStore;
  readonly portfolios: PortfolioStore;
  readonly preparedPublications: PreparedPublicationStore;
  readonly renewalNotices: RenewalNoticeStore;
  readonly segments: SegmentStore;
  readonly subscriptions: SubscriptionStore;
  readonly support: SupportStore;
  readonly tierReviews: TierReviewStore;
  readonly tokens: TokenStore;
  readonly touches: TouchStore;
  readonly webhooks: WebhookStore;
}

/** An account as it is stored, locked for the rest of the transaction. */
export interface StoredAccount extends Account {
  readonly id: string;
  /** Goes up with every change. */
  readonly version: number;
  /** The day up to which its subscription lines were applied; null for an account without lines. */
  readonly linesAppliedOn: CalendarDate | null;
  /** The fields beside ARR and churn that its lines name, so that nothing else can set them. */
  readonly setByLines: readonly AccountField[];
  /** The day of its newest history row, scorecard or completed review; nothing may be decided for an earlier day. */
  readonly lastHistoryOn: CalendarDate | null;
}

/** What tells an account from all others; it never changes. */
export interface HeldAccount {
  readonly id: string;
  readonly externalId: string;
}

/**
 * What is read of an account to find out what a rescoring would do to it: its facts and terms and where it stands. Its
 * profile is left out, and a digest takes the place of its scorecard.
 */
export interface AccountOutline extends Account {
  readonly id: string;
  readonly version: number;
}

/** An outline with what simulations tell of the newest scorecard. */
export interface ShownOutline extends AccountOutline {
  readonly shown: Pick<Scorecard, 'total' | 'guardrails'> | null;
}

/** What a rescoring goes by. */
export interface RescoringDay {
  readonly today: CalendarDate;
  /** The version of the model. */
  readonly model: number;
  /** The edition of the rules; null where no quiet days that were found are to be relied upon. */
  readonly rules: number | null;
}

/** A stretch of the book, and whom a rescoring cannot leave out. */
export interface RescoringAgenda {
  readonly accounts: number;
  /** The last one of the stretch; null where no accounts are left. */
  readonly last: string | null;
  /** Those whose quiet days are over: the day has something to say about most of them. */
  readonly due: readonly string[];
  /** Those of which no quiet days are known that hold for the day, the model and the rules. */
  readonly unknown: readonly string[];
}

/** What was found for one version of an account. */
export interface QuietAccountVersion {
  readonly id: string;
  readonly version: number;
  readonly quiet: QuietDays;
}

export interface AccountStore {
  /** Locks the accounts that exist, in one order for everybody; those that do not are left out. */
  lockByExternalIds(
    externalIds: readonly string[],
    upgradesSince: CalendarDate,
  ): Promise<Map<string, StoredAccount>>;
  /**
   * As lockByExternalIds, with digests in the place of scorecards, and without upgrades: enough to find out whether
   * there is anything to write.
   */
  lockSummaries(externalIds: readonly string[]): Promise<Map<string, StoredAccount>>;
  /** As lockSummaries, of the accounts that have the ids, in the order of these. */
  lockSummariesByIds(ids: readonly string[]): Promise<StoredAccount[]>;
  /**
   * Ids above `after`, ascending, of the accounts that are scored and that the model of the version has not placed; none
   * where that is not the published one.
   */
  unplacedAfter(version: number, after: string, limit: number): Promise<string[]>;
  /** The ids of the accounts that exist, by external id. */
  idsOf(externalIds: readonly string[]): Promise<Map<string, string>>;
  /** Locks those that exist, in one order for everybody, and reads nothing else of them. */
  hold(names: AccountNames): Promise<HeldAccount[]>;
  /** The same, with what is stored of them, which travels together. */
  lock(names: AccountNames, upgradesSince: CalendarDate): Promise<StoredAccount[]>;
  /** Locks in one order for everybody; ids that do not exist are left out. */
  lockByIds(ids: readonly string[], upgradesSince: CalendarDate): Promise<StoredAccount[]>;
  /** As lockByIds, without locking: to find out whether anything has to be written at all. */
  readByIds(ids: readonly string[], upgradesSince: CalendarDate): Promise<StoredAccount[]>;
  /** Ids above `after`, ascending, of accounts that rescoring looks at: all that are not churned. */
  scoredIdsAfter(after: string, limit: number): Promise<string[]>;
  /** The outlines of the accounts that rescoring looks at, above `after`, ascending; takes no lock. */
  outlinesAfter(after: string, limit: number): Promise<AccountOutline[]>;
  /** As outlinesAfter, of those among the accounts; the ids are ascending. */
  outlinesOf(ids: readonly string[]): Promise<AccountOutline[]>;
  /** Whom a rescoring on the day has to look at, among the next accounts above `after` that rescoring looks at. */
  agendaAfter(after: string, day: RescoringDay, limit: number): Promise<RescoringAgenda>;
  /** Keeps the quiet days of accounts, save of those that somebody has changed meanwhile or is about to change. */
  noteQuietDays(accounts: readonly QuietAccountVersion[]): Promise<void>;
  /** As outlinesAfter, with what the newest scorecards show. */
  shownOutlinesAfter(after: string, limit: number): Promise<ShownOutline[]>;
  /**
   * Keeps what stands for the scorecards of locked accounts where that is not known, or stands for another scorecard (an
   * older server has written one beside it); that changes nothing about the accounts.
   */
  noteDigests(accounts: readonly StoredAccount[]): Promise<void>;
  /** Parent by child, for the given accounts and all their ancestors. */
  parentsAbove(externalIds: readonly string[]): Promise<Map<string, string>>;
  existing(externalIds: readonly string[]): Promise<Set<string>>;
  /**
   * Writes all of it in a few statements and gives the id of each account by its external id. Nobody looks after an
   * account that is churned from that day on.
   */
  save(writes: readonly AccountWrite[], stamp: Stamp): Promise<Map<string, string>>;
  /** ARR above 0 of all accounts that are not churned, the largest first. */
  payingArr(): Promise<Money[]>;
  isEmpty(): Promise<boolean>;
}

/** What the lines of one account make of its past. */
export interface LineHistory {
  readonly accountId: string;
  readonly movements: readonly ArrMovement[];
  readonly factChanges: readonly LineFactChange[];
}

export interface SubscriptionStore {
  /** The lines by account id; accounts without lines are left out. */
  linesOf(accountIds: readonly string[]): Promise<Map<string, SubscriptionLine[]>>;
  /** Sets all lines of each account, by account id. */
  replaceLines(lines: ReadonlyMap<string, readonly SubscriptionLine[]>): Promise<void>;
  /** Brings the movements and facts of the past in line with the lines; what is right already stays untouched. */
  saveHistory(histories: readonly LineHistory[], stamp: Stamp): Promise<number>;
  /** Accounts of which a line starts or ends after the day they were last brought up to, up to `today`. */
  accountsWithDueLines(today: CalendarDate, after: string, limit: number): Promise<string[]>;
}

export interface ModelStore {
  /** The published model, kept from changing until the transaction ends; null before the first one. */
  published(): Promise<TieringModel | null>;
  /** The model that was seen last, which is the published one nearly always; the built-in one before the first look. */
  expected(): TieringModel;
  /** Whether any model is published; takes no lock. */
  hasPublished(): Promise<boolean>;
  /** The published model, with the right to publish another one: nobody else places accounts meanwhile. */
  publishedForChange(): Promise<TieringModel | null>;
  publish(model: TieringModel, reason: string, stamp: Stamp): Promise<void>;
}

/** An API token without its text, which is never stored. */
export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The CSM whose portfolio is its own; null for none. */
  readonly csmId: string | null;
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export interface TokenStore {
  create(token: {
    name: string;
    role: Role;
    csmId: string | null;
    prefix: string;
    hash: Uint8Array;
    expiresAt: string | null;
  }): Promise<StoredToken>;
  /** Revokes every usable token of the name or prefix and gives them. */
  revoke(nameOrPrefix: string, now: string): Promise<StoredToken[]>;
  /** Revokes one, unless it is already; false where there is none. */
  revokeById(id: string, now: string): Promise<boolean>;
  /** Notes that it let somebody in, unless that was noted within the last hour. */
  noteUse(id: string, now: string): Promise<void>;
}

export type { Role };
