import { type AccountValues } from './account';
import { type Act } from './act';
import { addDays, type CalendarDate } from './calendar';
import { DomainError } from './errors';
import { checkOptionalNote } from './note';
import { type Scorecard } from './scorecard';
import { effectiveTier, type Standing } from './standing';
import { tierByKey } from './tier';
import { type TieringModel } from './tiering-model';

export const ADJUSTMENT_KINDS = ['EXTRA', 'LIGHTER'] as const;
export type AdjustmentKind = (typeof ADJUSTMENT_KINDS)[number];

export const ADJUSTMENT_STATUSES = ['PROPOSED', 'ACTIVE', 'DISMISSED', 'WITHDRAWN', 'ENDED'] as const;
export type AdjustmentStatus = (typeof ADJUSTMENT_STATUSES)[number];

/** What the system proposes an adjustment for; each stands for one kind. */
export const ADJUSTMENT_GROUNDS = [
  'TOP_TIER_AT_RISK',
  'KEPT_OUT_OF_TOP_TIER',
  'HEALTHY_SECOND_TIER',
] as const;
export type AdjustmentGrounds = (typeof ADJUSTMENT_GROUNDS)[number];

export const ADJUSTMENT_END_REASONS = [
  'DECISION',
  'EXPIRY',
  'GROUNDS_GONE',
  'REPLACED',
  'ACCOUNT_CHURNED',
] as const;
export type AdjustmentEndReason = (typeof ADJUSTMENT_END_REASONS)[number];

/** Temporary extra or lighter touch that leaves the tier alone (spec section 5), or the proposal of it. */
export interface ServiceAdjustment {
  readonly kind: AdjustmentKind;
  readonly status: AdjustmentStatus;
  /** Null for one that a person set without a proposal. */
  readonly grounds: AdjustmentGrounds | null;
  /** The day on which it ends; null for one that was never active. */
  readonly until: CalendarDate | null;
  readonly note: string | null;
  /** Whether it keeps its grounds from being proposed again: a person has said no to them, and they hold still. */
  readonly silences: boolean;
  readonly created: Act;
  readonly startedOn: CalendarDate | null;
  /** Who accepted or dismissed a proposal; null for what nobody had to decide, or has decided. */
  readonly decided: Act | null;
  readonly end: {
    readonly act: Act;
    readonly reason: AdjustmentEndReason;
    readonly note: string | null;
  } | null;
}

/** What proposals look at. */
export interface AdjustableAccount {
  readonly values: Pick<AccountValues, 'status' | 'churnRisk' | 'healthScore'>;
  readonly standing: Standing;
  readonly scorecard: Pick<Scorecard, 'guardrails'> | null;
}

export interface AdjustmentProposal {
  readonly kind: AdjustmentKind;
  readonly grounds: AdjustmentGrounds;
}

/**
 * What section 5 proposes for the account today: EXTRA in the (effective) top tier with HIGH churn risk, or where
 * RISKY_WITHOUT_GROWTH keeps it out of there; LIGHTER in the second tier with good health and LOW churn risk.
 */
export function proposedAdjustment(
  { values, standing, scorecard }: AdjustableAccount,
  model: TieringModel,
): AdjustmentProposal | null {
  const effective = effectiveTier(standing);
  if (effective === null || values.status === 'CHURNED') return null;
  const { rank } = tierByKey(model.tiers, effective);
  const { churnRisk, healthScore } = values;
  if (churnRisk === 'HIGH') {
    if (rank === 1) return { kind: 'EXTRA', grounds: 'TOP_TIER_AT_RISK' };
    const isKeptOut = scorecard?.guardrails.some(({ code }) => code === 'RISKY_WITHOUT_GROWTH') ?? false;
    return isKeptOut ? { kind: 'EXTRA', grounds: 'KEPT_OUT_OF_TOP_TIER' } : null;
  }
  const isHealthy = healthScore !== null && healthScore >= model.adjustments.lighterFromHealth;
  return rank === 2 && isHealthy && churnRisk === 'LOW'
    ? { kind: 'LIGHTER', grounds: 'HEALTHY_SECOND_TIER' }
    : null;
}

/** What the day does about the proposals of one account: the next states of those it has, and perhaps a new one. */
export interface ProposalPlan<A extends ServiceAdjustment> {
  readonly changed: readonly { readonly before: A; readonly after: ServiceAdjustment }[];
  readonly added: ServiceAdjustment | null;
}

/**
 * Withdraws a proposal whose grounds are gone, and makes one where there are grounds that nobody has dismissed
 * without interruption. Decides nothing when nothing is new.
 *
 * @param known the account's adjustments that are open, active or silence their grounds
 */
export function planProposals<A extends ServiceAdjustment>(
  account: AdjustableAccount,
  known: readonly A[],
  act: Act,
  model: TieringModel,
): ProposalPlan<A> {
  const wanted = proposedAdjustment(account, model);
  const isGiven = known.some(({ status, kind }) => status === 'ACTIVE' && kind === wanted?.kind);
  const changed = known.flatMap((before) => {
    const holds = before.grounds === wanted?.grounds;
    if (before.status === 'PROPOSED' && (!holds || isGiven)) {
      return [{ before, after: closeAdjustment(before, act, holds ? 'REPLACED' : 'GROUNDS_GONE') }];
    }
    return before.silences && !holds ? [{ before, after: { ...before, silences: false } }] : [];
  });
  const isAnswered = known.some(
    ({ status, silences, grounds }) =>
      (status === 'PROPOSED' || silences) && grounds !== null && grounds === wanted?.grounds,
  );
  if (wanted === null || isGiven || isAnswered) return { changed, added: null };
  return { changed, added: proposeAdjustment(wanted, act) };
}

/** Throws ACCOUNT_CHURNED or NOT_PLACED for an account that is not on the ladder. */
export function checkAdjustable({ values, standing }: Omit<AdjustableAccount, 'scorecard'>): void {
  if (values.status === 'CHURNED') {
    throw new DomainError('ACCOUNT_CHURNED', 'a churned account is owed no service to adjust', ['account']);
  }
  if (standing.held === null) {
    throw new DomainError('NOT_PLACED', 'the account has no tier yet, so there is no service to adjust', [
      'account',
    ]);
  }
}

/** Throws WRONG_STATUS where what the proposal was made for holds no longer, though no daily run has seen it yet. */
export function checkGrounds(
  { grounds }: ServiceAdjustment,
  account: AdjustableAccount,
  model: TieringModel,
): void {
  if (proposedAdjustment(account, model)?.grounds === grounds) return;
  throw new DomainError(
    'WRONG_STATUS',
    'what this was proposed for holds no longer; set a service adjustment of your own where it is still wanted',
    ['adjustmentId'],
  );
}

/** A person's own adjustment. Throws INVALID_VALUE for a last day that is not after today or too far off. */
export function setAdjustment(
  kind: AdjustmentKind,
  until: CalendarDate,
  note: string | null,
  act: Act,
  model: TieringModel,
): ServiceAdjustment {
  return {
    kind,
    status: 'ACTIVE',
    grounds: null,
    until: checkUntil(until, act.today, model),
    note: checkOptionalNote(note),
    silences: false,
    created: act,
    startedOn: act.today,
    decided: null,
    end: null,
  };
}

/** Accepts a proposal until a day. Throws WRONG_STATUS or INVALID_VALUE. */
export function acceptAdjustment(
  proposal: ServiceAdjustment,
  until: CalendarDate,
  note: string | null,
  act: Act,
  model: TieringModel,
): ServiceAdjustment {
  if (proposal.status !== 'PROPOSED') throw wrongStatus(proposal, 'only a proposal can be accepted');
  return {
    ...proposal,
    status: 'ACTIVE',
    until: checkUntil(until, act.today, model),
    note: checkOptionalNote(note),
    startedOn: act.today,
    decided: act,
  };
}

/** Dismisses a proposal; it does not come back while its grounds hold. Throws WRONG_STATUS or INVALID_VALUE. */
export function dismissAdjustment(
  proposal: ServiceAdjustment,
  note: string | null,
  act: Act,
): ServiceAdjustment {
  if (proposal.status !== 'PROPOSED') throw wrongStatus(proposal, 'only a proposal can be dismissed');
  const end = { act, reason: 'DECISION', note: checkOptionalNote(note) } as const;
  return { ...proposal, status: 'DISMISSED', decided: act, silences: true, end };
}

/** Ends an active adjustment before its time; nor is it proposed again while its grounds hold. Throws WRONG_STATUS or INVALID_VALUE. */
export function endAdjustment(
  adjustment: ServiceAdjustment,
  note: string | null,
  act: Act,
): ServiceAdjustment {
  if (adjustment.status !== 'ACTIVE') throw wrongStatus(adjustment, 'only an active one can be ended');
  const ended = closeAdjustment(adjustment, act, 'DECISION', checkOptionalNote(note));
  return { ...ended, silences: adjustment.grounds !== null };
}

/** Ends an adjustment, or withdraws a proposal, for the reason. Throws WRONG_STATUS for one that is over. */
export function closeAdjustment(
  adjustment: ServiceAdjustment,
  act: Act,
  reason: AdjustmentEndReason,
  note: string | null = null,
): ServiceAdjustment {
  const end = { act, reason, note };
  if (adjustment.status === 'ACTIVE') return { ...adjustment, status: 'ENDED', end };
  if (adjustment.status === 'PROPOSED') return { ...adjustment, status: 'WITHDRAWN', end };
  throw wrongStatus(adjustment, 'it is over already');
}

/** Whether its last day has come. */
export function isOver({ status, until }: ServiceAdjustment, today: CalendarDate): boolean {
  return status === 'ACTIVE' && until !== null && until <= today;
}

function proposeAdjustment({ kind, grounds }: AdjustmentProposal, act: Act): ServiceAdjustment {
  return {
    kind,
    status: 'PROPOSED',
    grounds,
    until: null,
    note: null,
    silences: false,
    created: act,
    startedOn: null,
    decided: null,
    end: null,
  };
}

function checkUntil(until: CalendarDate, today: CalendarDate, model: TieringModel): CalendarDate {
  const latest = addDays(today, model.adjustments.longestDays);
  if (until > today && until <= latest) return until;
  throw new DomainError(
    'INVALID_VALUE',
    `a service adjustment ends after today (${today}), and at the latest on ${latest}, not on ${until}`,
    ['until'],
  );
}

function wrongStatus({ status }: ServiceAdjustment, rule: string): DomainError {
  return new DomainError('WRONG_STATUS', `this adjustment is ${status}; ${rule}`, ['adjustmentId']);
}
