import { type AccountValues, type Designation, type Level, STRATEGIC_FACTORS } from './account';
import { addDays, addMonths, type CalendarDate, daysBetween, earlier } from './calendar';
import { formatMoney, hundredthsOf, type Money } from './money';
import { type OverrideReason } from './override';
import { type Scorecard } from './scorecard';
import { effectiveTier, type Standing } from './standing';
import { type Tier, tierByKey } from './tier';
import { type FirstReviewRules, type ReviewRules, type TieringModel } from './tiering-model';

/** What makes a tier review fall due at once (spec section 6; a designation whose review date has come: section 2.3). */
export const REVIEW_TRIGGERS = [
  'COMPUTED_TIER_CHANGED',
  'ARR_CHANGED',
  'STRATEGIC_FACT_CHANGED',
  'CHURN_RISK_CHANGED',
  'HEALTH_CHANGED',
  'OVERRIDE_ENDING',
  'RISKY_WITHOUT_GROWTH',
  'DESIGNATION_REVIEW',
] as const;
export type ReviewTriggerCode = (typeof REVIEW_TRIGGERS)[number];

/** One reason for a review, as it was when it arose; it stays until the review is completed. */
export interface ReviewTrigger {
  readonly code: ReviewTriggerCode;
  /** The day on which it arose. */
  readonly on: CalendarDate;
  /** What the last review saw, and what there was instead, for people; null for what there was not. */
  readonly from: string | null;
  readonly to: string | null;
}

/** What the last completed review saw, or the first placement; later states are compared with it. */
export interface ReviewBaseline {
  readonly computedTier: string | null;
  readonly arr: Money | null;
  /** The strategic factors that were known to hold, and the designation. */
  readonly strategicFacts: readonly StrategicFact[];
  readonly churnRisk: Level | null;
  readonly healthScore: number | null;
  /** Whether RISKY_WITHOUT_GROWTH asked for a review, and a review has seen it. */
  readonly riskyWithoutGrowth: boolean;
  /** The end of the override that a review has seen coming; null for none. */
  readonly overrideEndsOn: CalendarDate | null;
}

const STRATEGIC_FACTS = [...STRATEGIC_FACTORS, 'strategicDesignation'] as const;
export type StrategicFact = (typeof STRATEGIC_FACTS)[number];

/** Where an account stands between two tier reviews. */
export interface ReviewState {
  /** When the next review is due; null for an account without a tier. */
  readonly dueOn: CalendarDate | null;
  /** Null until something changes of an account that was placed before baselines were kept. */
  readonly baseline: ReviewBaseline | null;
  /** In the order in which they arose. */
  readonly triggers: readonly ReviewTrigger[];
  /** When the overdue review was escalated to the manager. */
  readonly escalatedOn: CalendarDate | null;
}

/** No review is due: the account was not placed yet, or it is churned. */
export const NO_REVIEW: ReviewState = { dueOn: null, baseline: null, triggers: [], escalatedOn: null };

/** What reviews look at of an account. */
export interface ReviewSubject {
  readonly values: AccountValues;
  readonly designation: Designation | null;
  readonly standing: Standing;
  readonly scorecard: Scorecard | null;
  readonly activeOverride?: ActiveOverride | null | undefined;
}

/** What reviews look at of an active override. */
export interface ActiveOverride {
  readonly reason: OverrideReason;
  /** The day on which it ends. */
  readonly expiresOn: CalendarDate;
}

/** One thing that is not as the last review saw it. */
export interface ReviewChange {
  readonly field: 'computedTier' | 'arr' | StrategicFact | 'churnRisk' | 'healthScore';
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * When the first tier review after placement falls due (spec section 3): soon for the high tiers, where a
 * manager looks at what the rules did; spread over one cadence for accounts that came in with a file, so that
 * they do not all fall due at once.
 */
export function firstReviewDueOn(
  placedOn: CalendarDate,
  tier: Tier,
  rules: FirstReviewRules,
  fromFile: { readonly externalId: string } | null,
): CalendarDate {
  const cadenceEnd = addMonths(placedOn, tier.reviewCadenceMonths);
  if (fromFile !== null) {
    const days = daysBetween(placedOn, cadenceEnd);
    return addDays(placedOn, 1 + (hash(fromFile.externalId) % days));
  }
  return tier.rank <= rules.downToRank ? addDays(placedOn, rules.days) : cadenceEnd;
}

/** FNV-1a over the code units: spreads evenly, and is the same on every machine. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return state;
}

/** The state of an account that was placed today, for the first time or anew: risk has opened a review already. */
export function firstReview(
  subject: ReviewSubject,
  dueOn: CalendarDate,
  today: CalendarDate,
  rules: ReviewRules,
): ReviewState {
  const baseline = { ...observe(subject), riskyWithoutGrowth: false };
  return withTriggers({ ...NO_REVIEW, dueOn, baseline }, subject, today, rules);
}

/**
 * The state after a change of the account or of the day: what has arisen since the last review makes the next one
 * fall due at once (spec section 6). The very same state where nothing is new.
 *
 * What becomes known for the first time is learnt and not changed: from then on it is compared with. Only HIGH
 * churn risk opens a review even so, and an unknown ARR counts as 0. What becomes unknown has not changed either.
 *
 * @param before the account before the change, which is the baseline of one that has none
 */
export function noticeChanges(
  state: ReviewState,
  before: ReviewSubject,
  after: ReviewSubject,
  today: CalendarDate,
  { tiers, reviews }: TieringModel,
): ReviewState {
  const baseline = state.baseline ?? observe(before);
  const learned = learn(baseline, after);
  // A tier that the ladder has lost gave way to its successor, in which the account stood before this change.
  const isThere = tiers.some(({ key }) => key === baseline.computedTier);
  const compared = isThere ? learned : { ...learned, computedTier: before.standing.computed };
  const next = withTriggers({ ...state, baseline: compared }, after, today, reviews);
  const noticed = next.triggers.length > state.triggers.length;
  const learnt = !isSameBaseline(next.baseline, baseline);
  // An account without a baseline gets one when it first differs from what it was; until then it is its own.
  const differs = state.baseline === null && reviewChanges(baseline, after).length > 0;
  return noticed || learnt || differs ? next : state;
}

/** The state after a completed review: it has seen everything, and the next one is due one cadence later. */
export function reviewed(subject: ReviewSubject, today: CalendarDate, model: TieringModel): ReviewState {
  const ends = endOfOverride(subject);
  const seen = ends !== null && isEnding(ends, today, model.reviews);
  return {
    dueOn: nextReviewDueOn(subject.standing, today, model),
    baseline: { ...observe(subject), overrideEndsOn: seen ? ends : null },
    triggers: [],
    escalatedOn: null,
  };
}

/** One cadence of the effective tier after a review that was completed today; null for an account without a tier. */
export function nextReviewDueOn(
  standing: Standing,
  completedOn: CalendarDate,
  model: TieringModel,
): CalendarDate | null {
  const tier = effectiveTier(standing);
  if (tier === null) return null;
  return addMonths(completedOn, tierByKey(model.tiers, tier).reviewCadenceMonths);
}

/** The review of an account that has moved: no later than one cadence of the tier that it stands in now. */
export function reviewSooner(
  state: ReviewState,
  standing: Standing,
  today: CalendarDate,
  model: TieringModel,
): ReviewState {
  const next = nextReviewDueOn(standing, today, model);
  if (next === null || state.dueOn === null) return state;
  return { ...state, dueOn: earlier(state.dueOn, next) };
}

/** Whether the review confirms itself today: due, in a low tier, and without a trigger. */
export function confirmsItself(
  state: ReviewState,
  standing: Standing,
  today: CalendarDate,
  model: TieringModel,
): boolean {
  const tier = effectiveTier(standing);
  if (tier === null || state.dueOn === null || state.dueOn > today || state.triggers.length > 0) return false;
  return tierByKey(model.tiers, tier).rank >= model.reviews.selfConfirmingFromRank;
}

/** Whether the review has been overdue for so long that the manager is to be told, and nobody has told yet. */
export function isToBeEscalated(state: ReviewState, today: CalendarDate, rules: ReviewRules): boolean {
  return (
    state.dueOn !== null &&
    state.escalatedOn === null &&
    daysOverdue(state.dueOn, today) >= rules.escalationDays
  );
}

/** Days since a review was due; 0 on the day itself and before it. */
export function daysOverdue(dueOn: CalendarDate, today: CalendarDate): number {
  return Math.max(0, daysBetween(dueOn, today));
}

/** Everything that is not as the last review saw it, however small. */
export function reviewChanges(baseline: ReviewBaseline, subject: ReviewSubject): ReviewChange[] {
  const now = observe(subject);
  const all: ReviewChange[] = [
    { field: 'computedTier', from: baseline.computedTier, to: now.computedTier },
    { field: 'arr', from: amount(baseline.arr), to: amount(now.arr) },
    ...STRATEGIC_FACTS.map((fact) => ({
      field: fact,
      from: String(baseline.strategicFacts.includes(fact)),
      to: String(now.strategicFacts.includes(fact)),
    })),
    { field: 'churnRisk', from: baseline.churnRisk, to: now.churnRisk },
    { field: 'healthScore', from: text(baseline.healthScore), to: text(now.healthScore) },
  ];
  return all.filter(({ from, to }) => from !== to);
}

function observe({ values, standing, scorecard }: ReviewSubject): ReviewBaseline {
  return {
    computedTier: standing.computed,
    arr: values.arr,
    strategicFacts: STRATEGIC_FACTS.filter((fact) => values[fact] === true),
    churnRisk: values.churnRisk,
    healthScore: values.healthScore,
    riskyWithoutGrowth: scorecard?.opensReview ?? false,
    overrideEndsOn: null,
  };
}

/** What was not known at the last review and is now; a risk that is over may come again. */
function learn(baseline: ReviewBaseline, { values, scorecard }: ReviewSubject): ReviewBaseline {
  return {
    ...baseline,
    churnRisk: baseline.churnRisk ?? (values.churnRisk === 'HIGH' ? null : values.churnRisk),
    healthScore: baseline.healthScore ?? values.healthScore,
    riskyWithoutGrowth: baseline.riskyWithoutGrowth && (scorecard?.opensReview ?? false),
  };
}

function withTriggers(
  state: ReviewState,
  subject: ReviewSubject,
  today: CalendarDate,
  rules: ReviewRules,
): ReviewState {
  if (state.baseline === null) return state;
  const known = new Set(state.triggers.map(({ code }) => code));
  const arisen = triggersOf(state.baseline, subject, today, rules).filter(({ code }) => !known.has(code));
  if (arisen.length === 0) return state;
  return {
    ...state,
    dueOn: state.dueOn === null ? today : earlier(state.dueOn, today),
    triggers: [...state.triggers, ...arisen.map((trigger) => ({ ...trigger, on: today }))],
  };
}

type Arisen = Omit<ReviewTrigger, 'on'>;

/** What has come up since the last review, whether or not it has been noticed before. */
function triggersOf(
  baseline: ReviewBaseline,
  subject: ReviewSubject,
  today: CalendarDate,
  rules: ReviewRules,
): Arisen[] {
  const now = observe(subject);
  const { designation, scorecard, standing } = subject;
  const arisen: Arisen[] = [];
  const add = (when: boolean, code: ReviewTriggerCode, from: string | null, to: string | null): void => {
    if (when) arisen.push({ code, from, to });
  };
  add(
    now.computedTier !== baseline.computedTier,
    'COMPUTED_TIER_CHANGED',
    baseline.computedTier,
    now.computedTier,
  );
  add(
    hasMovedBy(rules.arrChangePercent, baseline.arr ?? 0, now.arr ?? 0),
    'ARR_CHANGED',
    amount(baseline.arr),
    amount(now.arr),
  );
  const [factsBefore, factsNow] = [list(baseline.strategicFacts), list(now.strategicFacts)];
  add(factsBefore !== factsNow, 'STRATEGIC_FACT_CHANGED', factsBefore, factsNow);
  const riskIsNews =
    now.churnRisk !== null &&
    now.churnRisk !== baseline.churnRisk &&
    (baseline.churnRisk !== null || now.churnRisk === 'HIGH');
  add(riskIsNews, 'CHURN_RISK_CHANGED', baseline.churnRisk, now.churnRisk);
  const healthMoved =
    now.healthScore !== null &&
    baseline.healthScore !== null &&
    Math.abs(now.healthScore - baseline.healthScore) >= rules.healthChangePoints;
  add(healthMoved, 'HEALTH_CHANGED', text(baseline.healthScore), text(now.healthScore));
  const ends = endOfOverride(subject);
  const ending = ends !== null && ends !== baseline.overrideEndsOn && isEnding(ends, today, rules);
  add(ending, 'OVERRIDE_ENDING', standing.override, ends);
  const risky = (scorecard?.opensReview ?? false) && !baseline.riskyWithoutGrowth;
  add(risky, 'RISKY_WITHOUT_GROWTH', null, now.computedTier);
  const lookedAt = designation !== null && designation.reviewOn <= today;
  add(lookedAt, 'DESIGNATION_REVIEW', designation?.designatedOn ?? null, designation?.reviewOn ?? null);
  return arisen;
}

/** The day from which on the account's active override is about to end; null where it has none. */
export function overrideEndsSoonFrom(subject: ReviewSubject, rules: ReviewRules): CalendarDate | null {
  const ends = endOfOverride(subject);
  return ends === null ? null : addDays(ends, -rules.overrideEndsWithinDays);
}

function endOfOverride({ standing, activeOverride }: ReviewSubject): CalendarDate | null {
  return standing.override === null ? null : (activeOverride?.expiresOn ?? null);
}

function isEnding(endsOn: CalendarDate, today: CalendarDate, rules: ReviewRules): boolean {
  return daysBetween(today, endsOn) <= rules.overrideEndsWithinDays;
}

/** Exact, up or down; from nothing, any amount has moved by more than every percentage. */
function hasMovedBy(percent: number, from: number, to: number): boolean {
  if (from === to) return false;
  return BigInt(Math.abs(to - from)) * 10_000n >= BigInt(from) * BigInt(hundredthsOf(percent));
}

function isSameBaseline(a: ReviewBaseline | null, b: ReviewBaseline): boolean {
  return (
    a !== null &&
    a.computedTier === b.computedTier &&
    a.churnRisk === b.churnRisk &&
    a.healthScore === b.healthScore &&
    a.riskyWithoutGrowth === b.riskyWithoutGrowth
  );
}

function amount(value: Money | null): string | null {
  return value === null ? null : formatMoney(value);
}

function text(value: number | null): string | null {
  return value === null ? null : String(value);
}

function list(facts: readonly StrategicFact[]): string | null {
  return facts.length === 0 ? null : facts.join(', ');
}
