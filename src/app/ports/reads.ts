import { type CalendarDate } from '../../domain/calendar';
import { type GuardrailAct } from '../../domain/guardrail';
import { type Publication } from '../../domain/program-period';
import { type MovementKind } from '../../domain/revenue';
import { type CriterionScore } from '../../domain/scorecard';
import { type GraceReason } from '../../domain/standing';
import { type HistoryCause, type HistoryKind } from '../../domain/tier-history';
import { type ModelStatus, type TieringModel } from '../../domain/tiering-model';
import { type AccountFilter } from './account-filter';
import { type AnalyticReads } from './analytics';
import { type CapacityReads } from './capacity';
import { type EconomicsReads } from './economics';
import { type DigitalProgramReads } from './digital-program';
import { type InterventionReads } from './intervention';
import { type EngagementReads } from './engagement';
import { type EventReads } from './event';
import { type Listed, type ListLength, type Window } from './list';
import { type OverrideReads } from './override';
import { type CsmReads, type PoolReads, type PortfolioReads } from './portfolio-reads';
import { type RenewalNoticeReads } from './renewal-notice';
import { type SegmentChangeReads, type SegmentReads } from './segments';
import { type AdjustmentReads } from './service-adjustment';
import { type StoredToken } from './stores';
import { type TierReviewReads } from './tier-review';
import { type TieringHealthReads } from './tiering-health';
import { type TouchReads } from './touch';

export type { CursorValue, Listed, ListLength, Window } from './list';

/**
 * What screens and scripts are shown. Views are flat rows whose names are those of the API; amounts, days and
 * moments are PostgreSQL's own text, tiers are keys. Reads never write, and whoever hands them out has checked
 * that the actor may read.
 */
export interface Reads {
  readonly accounts: AccountReads;
  readonly capacity: CapacityReads;
  readonly csms: CsmReads;
  readonly adjustments: AdjustmentReads;
  readonly dailyRuns: DailyRunReads;
  readonly economics: EconomicsReads;
  readonly digitalPrograms: DigitalProgramReads;
  readonly history: HistoryReads;
  readonly interventions: InterventionReads;
  readonly pendingDowngrades: PendingDowngradeReads;
  readonly pools: PoolReads;
  readonly portfolios: PortfolioReads;
  readonly movements: MovementReads;
  readonly events: EventReads;
  readonly renewalNotices: RenewalNoticeReads;
  readonly scorecards: ScorecardReads;
  readonly segments: SegmentReads;
  readonly segmentChanges: SegmentChangeReads;
  readonly models: ModelReads;
  readonly overrides: OverrideReads;
  readonly tierReviews: TierReviewReads;
  readonly analytics: AnalyticReads;
  readonly tieringHealth: TieringHealthReads;
  readonly touches: TouchReads;
  readonly engagement: EngagementReads;
}

export const ACCOUNT_ORDER_FIELDS = {
  ARR: 'decimal',
  NAME: 'text',
  EXTERNAL_ID: 'text',
  TIER: 'integer',
  SCORE: 'decimal',
  HEALTH_SCORE: 'integer',
  EMPLOYEES: 'integer',
  CUSTOMER_SINCE: 'date',
  RENEWAL_DATE: 'date',
  CREATED_AT: 'timestamp',
  UPDATED_AT: 'timestamp',
} as const;
export type AccountOrderField = keyof typeof ACCOUNT_ORDER_FIELDS;

export interface AccountOrdering {
  readonly field: AccountOrderField;
  readonly descending: boolean;
}

/** What the fields `csm` and `pool` of an account have of who looks after it. */
export const OWNER_IN_SHORT = ['id', 'externalId', 'name'] as const;

/** An account as lists and pages show it: `id` and the fields that were asked for, `cursor` among them. */
export interface AccountView extends Listed {
  readonly id: string;
  readonly externalId: string;
  readonly [field: string]: unknown;
}

/** Which accounts, in which order; missing values come last, and the id settles what is left. */
export interface AccountList {
  readonly where?: AccountFilter | null | undefined;
  readonly parentId?: string | undefined;
  readonly owner?: (OwnedOn & { readonly id: string }) | undefined;
  readonly orderBy?: readonly AccountOrdering[] | undefined;
}

/** Looked after by CSMs, or by pools, on a day; null for now. */
export interface OwnedOn {
  readonly kind: 'csm' | 'pool';
  readonly day: CalendarDate | null;
}

export interface AccountReads {
  page(list: AccountList, window: Window, fields: readonly string[]): Promise<AccountView[]>;
  count(list: AccountList): Promise<number>;
  /** The same window of each list, all in one read. */
  pageOfEach(
    lists: readonly AccountList[],
    window: Window,
    fields: readonly string[],
  ): Promise<AccountView[][]>;
  /** The first `size` children of each parent, by id. */
  firstChildrenOf(
    parentIds: readonly string[],
    size: number,
    fields: readonly string[],
  ): Promise<AccountView[]>;
  /** How many children each parent has. */
  childCounts(parentIds: readonly string[]): Promise<ListLength[]>;
  /** The first `size` accounts of each owner, by id; `ownerId` of each says whose it is. */
  firstOwnedBy(
    owned: OwnedOn,
    ownerIds: readonly string[],
    size: number,
    fields: readonly string[],
  ): Promise<AccountView[]>;
  /** How many accounts each owner looks after. */
  ownedCounts(owned: OwnedOn, ownerIds: readonly string[]): Promise<ListLength[]>;
  byIds(ids: readonly string[], fields: readonly string[]): Promise<AccountView[]>;
  byExternalIds(externalIds: readonly string[], fields: readonly string[]): Promise<AccountView[]>;
  /** The id of the account that was found by the external id before, without asking anew; null where none is known. */
  knownId(externalId: string): string | null;
  tiersAt(
    accountIds: readonly string[],
    date: CalendarDate,
  ): Promise<(TiersAt & { readonly accountId: string })[]>;
}

/** The tiers at the end of a day, as recorded then. */
export interface TiersAt {
  readonly computed: string | null;
  readonly held: string | null;
  readonly effective: string | null;
  readonly modelVersion: number;
}

export interface HistoryView extends Listed {
  readonly id: string;
  readonly accountId: string;
  readonly kind: HistoryKind;
  readonly cause: HistoryCause;
  readonly computedTier: string | null;
  readonly heldFrom: string | null;
  readonly heldTo: string | null;
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  readonly pendingTarget: string | null;
  readonly detectedOn: CalendarDate | null;
  readonly graceUntil: CalendarDate | null;
  readonly graceReason: GraceReason | null;
  readonly scorecardId: string | null;
  readonly modelVersion: number;
  readonly actor: string;
  readonly occurredOn: CalendarDate;
  readonly occurredAt: string;
}

export interface HistoryFilter {
  readonly accountId?: string | null | undefined;
  readonly movesOnly?: boolean | null | undefined;
  readonly kinds?: readonly HistoryKind[] | null | undefined;
  readonly causes?: readonly HistoryCause[] | null | undefined;
  readonly from?: CalendarDate | null | undefined;
  readonly to?: CalendarDate | null | undefined;
  readonly tierFrom?: string | null | undefined;
  readonly tierTo?: string | null | undefined;
  readonly account?: AccountFilter | null | undefined;
}

/** The tier history, the newest row first. */
export interface HistoryReads {
  page(where: HistoryFilter, window: Window): Promise<HistoryView[]>;
  count(where: HistoryFilter): Promise<number>;
  byIds(ids: readonly string[]): Promise<HistoryView[]>;
  /** The newest `size` rows of each account, with the fields that are asked for; others may be left out. */
  newestOf(accountIds: readonly string[], size: number, fields: readonly string[]): Promise<HistoryView[]>;
  /** How many rows each account has. */
  countsOf(accountIds: readonly string[]): Promise<ListLength[]>;
}

export interface PendingDowngradeView extends Listed {
  readonly accountId: string;
  readonly heldTier: string;
  readonly targetTier: string;
  readonly detectedOn: CalendarDate;
  readonly graceUntil: CalendarDate;
  readonly reason: GraceReason;
  readonly extended: boolean;
}

export interface PendingDowngradeFilter {
  readonly heldTier?: string | null | undefined;
  readonly targetTier?: string | null | undefined;
  readonly reason?: GraceReason | null | undefined;
  readonly dueFrom?: CalendarDate | null | undefined;
  readonly dueTo?: CalendarDate | null | undefined;
  readonly account?: AccountFilter | null | undefined;
}

/** Downgrades that wait out their grace, the soonest first. */
export interface PendingDowngradeReads {
  page(where: PendingDowngradeFilter, window: Window): Promise<PendingDowngradeView[]>;
  count(where: PendingDowngradeFilter): Promise<number>;
  byAccountIds(accountIds: readonly string[]): Promise<PendingDowngradeView[]>;
}

export interface DailyRunView extends Listed {
  readonly day: CalendarDate;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly steps: readonly DailyStepView[];
}

export interface DailyStepView {
  readonly name: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Null until the step has finished. */
  readonly changed: number | null;
}

/** The daily runs, the newest day first. */
export interface DailyRunReads {
  page(window: Window): Promise<DailyRunView[]>;
  count(): Promise<number>;
}

export interface MovementView extends Listed {
  readonly id: string;
  readonly accountId: string;
  readonly kind: MovementKind;
  readonly arrFrom: string | null;
  readonly arrTo: string;
  readonly effectiveOn: CalendarDate;
  readonly recordedOn: CalendarDate;
  readonly backDated: boolean;
  readonly source: 'FACTS' | 'SUBSCRIPTIONS';
}

/** ARR movements of accounts, the latest first. */
export interface MovementReads {
  page(accountId: string, window: Window): Promise<MovementView[]>;
  /** How many movements each account has. */
  countsOf(accountIds: readonly string[]): Promise<ListLength[]>;
  byIds(ids: readonly string[]): Promise<MovementView[]>;
  /** The latest `size` movements of each account, with the fields that are asked for; others may be left out. */
  newestOf(accountIds: readonly string[], size: number, fields: readonly string[]): Promise<MovementView[]>;
}

export interface ScorecardView {
  readonly id: string;
  readonly modelVersion: number;
  readonly scoredOn: CalendarDate;
  readonly total: string;
  readonly completeness: string;
  readonly scoreTier: string;
  readonly ladderTier: string;
  readonly computedTier: string | null;
  readonly provisional: boolean;
  readonly opensReview: boolean;
  readonly expansionPotential: string | null;
  readonly criteria: readonly CriterionScore[];
  readonly guardrails: readonly GuardrailAct[];
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface ScorecardReads {
  /** With the fields that are asked for; others may be left out. */
  byIds(ids: readonly string[], fields: readonly string[]): Promise<ScorecardView[]>;
  /** As byIds, the newest one of each account that has any. */
  newestOf(
    accountIds: readonly string[],
    fields: readonly string[],
  ): Promise<(ScorecardView & { readonly accountId: string })[]>;
}

export interface ModelInfo {
  readonly version: number;
  readonly status: 'DRAFT' | 'PUBLISHED' | 'RETIRED';
  readonly reason: string | null;
  readonly publishedBy: string | null;
  readonly publishedAt: string | null;
  readonly createdAt: string;
  /** Rises with every change of a draft. */
  readonly revision: number;
  /** The version that it began as a copy of. */
  readonly basedOn: number | null;
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
  readonly updatedAt: string | null;
  readonly retiredAt: string | null;
  /** The version that it took the place of when it was published. */
  readonly replaces: number | null;
}

/** A version in a list: with what it says. */
export interface ModelView extends ModelInfo, Listed {
  readonly model: TieringModel;
}

/** Tiering models; they are kept in memory, since a published one never changes. */
export interface ModelReads {
  /** Forgets which model is published, for whoever has just published another one. */
  askAnew(): void;
  /** Throws NOT_FOUND before the first model is published. */
  published(): Promise<TieringModel>;
  /** The model that was published at the end of the business day; the first one for days before it. */
  inForceOn(day: CalendarDate): Promise<TieringModel>;
  version(version: number): Promise<TieringModel | null>;
  /** The models that were published, in that order. */
  publications(): Promise<Publication[]>;
  info(version: number): Promise<ModelInfo | null>;
  /** The versions of these statuses, all if there is none; the newest first. */
  page(statuses: readonly ModelStatus[], window: Window): Promise<ModelView[]>;
  count(statuses: readonly ModelStatus[]): Promise<number>;
}

export interface UsableToken extends Pick<StoredToken, 'id' | 'name' | 'role' | 'csmId'> {
  /** To within an hour; null for one that was never used. */
  readonly lastUsedAt: string | null;
}

export interface TokenReads {
  usableByHash(hash: Uint8Array, now: string): Promise<UsableToken | null>;
}
