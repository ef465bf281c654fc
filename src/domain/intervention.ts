import { type AccountField, type AccountFieldValue, RELATIONSHIP_COMPLEXITY_FACTS } from './account';
import { checkNote } from './account-field';
import { type Act } from './act';
import { addDays, type CalendarDate, later } from './calendar';
import { type EngagementPrograms, findProgram } from './engagement-program';
import { DomainError } from './errors';
import { relationshipComplexity } from './load';
import { formatMoney, type Money } from './money';
import { LONGEST_NOTE } from './note';
import { type Account } from './rescoring';
import { effectiveTier } from './standing';
import { type TieringModel } from './tiering-model';

/** What raises an intervention in a low-touch tier (spec section 8). */
export const INTERVENTION_REASONS = [
  'HEALTH_LOW',
  'HEALTH_FELL',
  'STARTED_PAYING',
  'USAGE_HIGH',
  'RELATIONSHIP_COMPLEXITY',
] as const;
export type InterventionReason = (typeof INTERVENTION_REASONS)[number];

/** OPEN until a person COMPLETES it; ENDED where the account churned before anybody did. */
export const INTERVENTION_STATUSES = ['OPEN', 'COMPLETED', 'ENDED'] as const;
export type InterventionStatus = (typeof INTERVENTION_STATUSES)[number];

/** One thing that raised an intervention, or that stands behind it, from what it was to what it is; texts for people. */
export interface Evidence {
  /** A field of the account, `tier` for its effective tier, or `csm` for the CSM who looked after it alone. */
  readonly fact: AccountField | 'tier' | 'csm';
  readonly from: string | null;
  readonly to: string | null;
}

/** A call for a person to look after an account that nobody looks after by name. */
export interface Intervention {
  readonly reason: InterventionReason;
  readonly status: InterventionStatus;
  /** The effective tier in which it was raised, and the model that says so. */
  readonly tier: string;
  readonly modelVersion: number;
  readonly raised: Act;
  readonly evidence: readonly Evidence[];
  readonly end: { readonly act: Act; readonly note: string | null } | null;
}

/** What interventions look at of an account. */
export type InterventionSubject = Pick<Account, 'values' | 'standing' | 'hadArr'>;

/** A change of one fact, as the history tells it. */
export interface PastChange {
  readonly field: 'healthScore' | 'usagePercent' | 'status';
  readonly on: CalendarDate;
  readonly from: AccountFieldValue;
  readonly to: AccountFieldValue;
}

/** One account before and after a change of it. */
export interface WatchedChange {
  /** Null for an account that is new. */
  readonly before: InterventionSubject | null;
  readonly after: InterventionSubject;
  /** The CSM who alone looked after it before and who does now; null for a pool or for nobody. */
  readonly csmBefore: string | null;
  readonly csm: string | null;
  /** Health and usage since the days that matter, those after today among them, and all changes of the status; in order. */
  readonly history: readonly PastChange[];
  /** What was raised of it before, the newest of each reason. */
  readonly known: readonly KnownIntervention[];
}

export interface KnownIntervention {
  readonly reason: InterventionReason;
  /** The day on which it was closed; null for one that is open. */
  readonly closedOn: CalendarDate | null;
}

/** What is to be raised. */
export interface DueIntervention {
  readonly reason: InterventionReason;
  readonly tier: string;
  readonly evidence: readonly Evidence[];
}

type WatchingModel = Pick<TieringModel, 'programs' | 'interventions'>;

/** Whether nobody looks after accounts of the tier by name: its program knows no named CSM. */
export function isLowTouch(model: { readonly programs: EngagementPrograms }, tier: string): boolean {
  const program = findProgram(model, tier);
  return program !== null && !program.coverage.includes('NAMED');
}

/**
 * Whether a change could raise anything at all under any model, so that history and owner are worth looking up.
 */
export function mayRaise(before: InterventionSubject | null, after: InterventionSubject): boolean {
  if (effectiveTier(after.standing) === null) return false;
  if (relationshipComplexity(after.values) > 0) return true;
  if (before === null) return false;
  return (
    after.values.healthScore !== before.values.healthScore ||
    after.values.usagePercent !== before.values.usagePercent ||
    (pays(after) && !pays(before))
  );
}

/** The first day whose changes of health and usage matter today. */
export function watchedSince(today: CalendarDate, { interventions }: WatchingModel): CalendarDate {
  return addDays(today, -interventions.fallDays);
}

/**
 * The interventions that a change raises on the day (spec section 8): events, which compare what was known before
 * with what is known now, so that what is merely heard of for the first time raises nothing; and for relationship
 * complexity a state, raised when it becomes true by whatever change. At most one is open for each reason.
 *
 * @param replaced the model by which it was before, where the change is that another model was published
 */
export function dueInterventions(
  change: WatchedChange,
  today: CalendarDate,
  model: WatchingModel,
  replaced: WatchingModel = model,
): DueIntervention[] {
  const tier = effectiveTier(change.after.standing);
  if (tier === null || !isLowTouch(model, tier)) return [];
  const isOpen = (reason: InterventionReason): boolean =>
    change.known.some((one) => one.reason === reason && one.closedOn === null);
  return INTERVENTION_REASONS.filter((reason) => !isOpen(reason)).flatMap((reason) => {
    const evidence = EVIDENCE[reason](change, today, model, replaced);
    return evidence === null ? [] : [{ reason, tier, evidence }];
  });
}

/** What speaks for each reason; null where it was not given. */
const EVIDENCE: Readonly<
  Record<
    InterventionReason,
    (
      change: WatchedChange,
      today: CalendarDate,
      model: WatchingModel,
      replaced: WatchingModel,
    ) => readonly Evidence[] | null
  >
> = {
  HEALTH_LOW: (change, today, { interventions: { healthBelow } }) => {
    const [from, to] = [known(change, 'healthScore', today), change.after.values.healthScore];
    if (from === null || to === null || from < healthBelow || to >= healthBelow) return null;
    return [evidence('healthScore', from, to)];
  },
  HEALTH_FELL: (change, today, model) => {
    const [from, to] = [known(change, 'healthScore', today), change.after.values.healthScore];
    if (from === null || to === null || to >= from) return null;
    const peak = healthPeak(change, from, today, model);
    return peak - to < model.interventions.fallPoints ? null : [evidence('healthScore', peak, to)];
  },
  STARTED_PAYING: ({ before, after, history }) => {
    if (before === null || !isServed(before) || pays(before) || !pays(after)) return null;
    const { status } = before.values;
    // The CRM may end the trial first and tell the ARR later.
    const trial = isTrial(status) ? status : before.hadArr ? null : lastTrial(history);
    if (trial === null) return null;
    return [
      evidence('status', trial, after.values.status),
      evidence('arr', money(before.values.arr), money(after.values.arr)),
    ];
  },
  USAGE_HIGH: (change, today, { interventions: { usageAbovePercent } }) => {
    const [from, to] = [known(change, 'usagePercent', today), change.after.values.usagePercent];
    if (from === null || to === null || from > usageAbovePercent || to <= usageAbovePercent) return null;
    return [evidence('usagePercent', from, to)];
  },
  RELATIONSHIP_COMPLEXITY: ({ before, after, csmBefore, csm }, _today, model, replaced) => {
    if (!isComplexAndAlone(after, csm, model)) return null;
    if (before !== null && isComplexAndAlone(before, csmBefore, replaced)) return null;
    const [tierBefore, tier] = [before && effectiveTier(before.standing), effectiveTier(after.standing)];
    return [
      ...RELATIONSHIP_COMPLEXITY_FACTS.filter((fact) => after.values[fact] === true).map((fact) =>
        evidence(fact, before?.values[fact] ?? null, true),
      ),
      ...(tierBefore === tier ? [] : [evidence('tier', tierBefore, tier)]),
      ...(csmBefore === csm ? [] : [evidence('csm', csmBefore, csm)]),
    ];
  },
};

/** Whether so many facts of relationship complexity hold in a tier where nobody is named, and nobody is. */
function isComplexAndAlone(
  { values, standing }: InterventionSubject,
  csm: string | null,
  model: WatchingModel,
): boolean {
  const tier = effectiveTier(standing);
  return (
    csm === null &&
    tier !== null &&
    isLowTouch(model, tier) &&
    relationshipComplexity(values) >= model.interventions.relationshipFacts
  );
}

/**
 * What was known of the fact before the change on the day; null for an account that was not served then. A change
 * that is told late, for a day before others that are known, is compared with what held on that day. Over a gap in
 * what is told the last that was known counts, so that no gap hides a fall.
 */
function known(
  { before, history }: WatchedChange,
  field: 'healthScore' | 'usagePercent',
  today: CalendarDate,
): number | null {
  if (before === null || !isServed(before)) return null;
  const next = history.find((one) => one.field === field && one.on > today);
  const value = next === undefined ? before.values[field] : (next.from as number | null);
  return value ?? lastKnown(history, field, today);
}

/** What the fact was before it became unknown; null where it never was known in the days that matter. */
function lastKnown(
  history: readonly PastChange[],
  field: 'healthScore' | 'usagePercent',
  today: CalendarDate,
): number | null {
  const past = history.findLast((one) => one.field === field && one.on <= today && one.from !== null);
  return past === undefined ? null : (past.from as number);
}

/** The best health within the days of a fall, and since a person last closed an intervention for one. */
function healthPeak(
  { history, known: raised }: WatchedChange,
  before: number,
  today: CalendarDate,
  model: WatchingModel,
): number {
  const closed = raised.find(({ reason }) => reason === 'HEALTH_FELL')?.closedOn ?? null;
  const window = watchedSince(today, model);
  const since = closed === null ? window : later(addDays(closed, 1), window);
  return history
    .filter(({ field, on }) => field === 'healthScore' && on >= since && on <= today)
    .flatMap(({ from, to }) => [from, to] as (number | null)[])
    .reduce<number>((peak, health) => Math.max(peak, health ?? peak), before);
}

function isServed({ standing }: InterventionSubject): boolean {
  return effectiveTier(standing) !== null;
}

function pays({ values }: InterventionSubject): boolean {
  return values.status !== 'CHURNED' && (values.arr ?? 0) > 0;
}

function isTrial(status: AccountFieldValue): status is 'TRIAL' | 'FREE' {
  return status === 'TRIAL' || status === 'FREE';
}

function lastTrial(history: readonly PastChange[]): string | null {
  const past = history.findLast(({ field, from }) => field === 'status' && isTrial(from));
  return past === undefined ? null : (past.from as string);
}

function money(amount: Money | null): string | null {
  return amount === null ? null : formatMoney(amount);
}

function evidence(
  fact: Evidence['fact'],
  from: string | number | boolean | null,
  to: string | number | boolean | null,
): Evidence {
  return { fact, from: from === null ? null : String(from), to: to === null ? null : String(to) };
}

/** An intervention that begins. */
export function raiseIntervention(
  { reason, tier, evidence: shown }: DueIntervention,
  raised: Act,
  modelVersion: number,
): Intervention {
  return { reason, status: 'OPEN', tier, modelVersion, raised, evidence: shown, end: null };
}

/** Closes an open intervention with what a person has to say about it. Throws WRONG_STATUS, REQUIRED, INVALID_VALUE. */
export function completeIntervention(intervention: Intervention, note: string, act: Act): Intervention {
  if (intervention.status !== 'OPEN') {
    throw new DomainError(
      'WRONG_STATUS',
      `this intervention is ${intervention.status} already; there is nothing to complete`,
      ['interventionId'],
    );
  }
  return { ...intervention, status: 'COMPLETED', end: { act, note: checkNote('note', note, LONGEST_NOTE) } };
}
