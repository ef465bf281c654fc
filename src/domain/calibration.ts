import { type AccountFacts } from './account';
import { type CalendarDate } from './calendar';
import { CalibrationSearch, isSound, withAmounts } from './calibration-search';
import { DomainError } from './errors';
import { formatHundredths, formatMoney, type Money } from './money';
import {
  arrShareDistance,
  type CalibratedShare,
  census,
  type Paying,
  paying,
  type Placed,
  populationDistance,
  sharesOf,
} from './population';
import { amountOf, type ShareTarget, type Threshold } from './tier';
import { arrBandsOf, resolvePercentiles, type TieringModel, withThresholds } from './tiering-model';

/** Whether the ladder and the ARR bands of a draft are amounts, or percentiles of the book. */
export const LADDER_FORMS = ['AMOUNTS', 'PERCENTILES'] as const;
export type LadderForm = (typeof LADDER_FORMS)[number];

/** One number of the model that calibration changes. */
export interface CalibrationChange {
  readonly field: readonly string[];
  /** "100000.00", "top 17.5%", "50". */
  readonly from: string;
  readonly to: string;
}

export interface CalibratedTier {
  readonly key: string;
  readonly before: CalibratedShare;
  readonly after: CalibratedShare;
  /** Why the population cannot be brought into its target; null where it is in it, or has none. */
  readonly obstacle: string | null;
}

/** How far shares lie outside their targets, in percentage points, all tiers together; 0 is on target. */
export interface Distance {
  readonly before: number;
  readonly after: number;
}

export interface Calibration {
  /** The draft with the changes; the draft itself where nothing better was found. */
  readonly model: TieringModel;
  readonly changes: readonly CalibrationChange[];
  readonly tiers: readonly CalibratedTier[];
  readonly populationDistance: Distance;
  /** Reported, not promised: in a flat book the biggest accounts hold little more than the others. */
  readonly arrShareDistance: Distance;
}

/**
 * Changes a draft's ladder, ARR bands, score floors and key-account amount such that the accounts, placed by the
 * draft's own rules, come into the population targets of the tiers (spec section 10).
 *
 * How it goes: the lines of the ladder are put where the wanted shares of the accounts lie by ARR, and the bands and
 * the key-account amount follow their lines in proportion. Where facts beside the ARR place accounts elsewhere, each
 * line, and then each score floor, is moved to where the accounts at or above its tier are as many as wanted: a
 * higher line, or a higher floor, never lets more accounts in, so that halving finds the place. A few rounds of this
 * settle lines that depend on each other. Lines and floors are then rounded where that costs nothing. Of everything
 * tried the best counts, and the draft stays as it is if nothing is better; so the population is never further from
 * its targets than before. Same draft, book and day: same outcome.
 *
 * It pauses (yields) between looks at the book, since a large one takes seconds.
 * Throws CONFLICT for a book without ARR.
 *
 * @param book the facts of the accounts with ARR above 0 that are placed and not churned
 */
export function* calibrate(
  draft: TieringModel,
  book: readonly AccountFacts[],
  form: LadderForm,
  today: CalendarDate,
): Generator<undefined, Calibration> {
  const accounts = paying(book);
  if (accounts.length === 0) {
    throw new DomainError(
      'CONFLICT',
      'no account has ARR above 0, so there is nothing to calibrate by; import the accounts first',
    );
  }
  const amounts = accounts.map(({ arr }) => arr);
  const resolved = resolvePercentiles(draft, amounts);
  const before = yield* census(resolved, accounts, today);
  const search = new CalibrationSearch(resolved, accounts, today);
  if (populationDistance(before, draft.tiers) > 0) yield* search.run();
  const inAmounts = inForm('AMOUNTS', search.best, amounts);
  const wanted = inForm(form, search.best, amounts);
  for (const model of [wanted, inAmounts]) {
    const placed = resolvePercentiles(model, amounts);
    if (!isSound(model) || !isSound(placed)) continue;
    const after = yield* census(placed, accounts, today);
    if (populationDistance(after, draft.tiers) <= populationDistance(before, draft.tiers)) {
      return report(draft, model, before, after, accounts);
    }
  }
  return report(draft, draft, before, before, accounts);
}

/** The model in the wanted form: as amounts, or as the percentiles of the book that resolve to the same accounts. */
function inForm(form: LadderForm, model: TieringModel, amounts: readonly Money[]): TieringModel {
  if (form === 'AMOUNTS') return withAmounts(model, (amount) => amount);
  const percentilesFor = (thresholds: readonly Threshold[]): Threshold[] => {
    let above = 0;
    return thresholds.map((threshold) => {
      const amount = amountOf(threshold);
      const reached = amounts.findIndex((arr) => arr < amount);
      const count = reached === -1 ? amounts.length : reached;
      const topPercent = Math.floor((count * 10_000) / amounts.length) / 100;
      // A line that lets nobody in beside those of the line above it can only be an amount.
      const isPercentile = amount > 0 && count > above && topPercent > 0;
      above = count;
      return isPercentile ? { amount: null, topPercent } : { amount, topPercent: null };
    });
  };
  // Lines first and bands after them, as withThresholds asks for them.
  const percentiles = [
    ...percentilesFor(model.tiers.map(({ arrFrom }) => arrFrom)),
    ...percentilesFor(arrBandsOf(model).map(({ from }) => from)),
  ];
  return withThresholds(model, (threshold) => percentiles.shift() ?? threshold);
}

function report(
  draft: TieringModel,
  model: TieringModel,
  before: readonly Placed[],
  after: readonly Placed[],
  accounts: readonly Paying[],
): Calibration {
  const [sharesBefore, sharesAfter] = [sharesOf(before, draft.tiers), sharesOf(after, draft.tiers)];
  return {
    model,
    changes: changesBetween(draft, model),
    tiers: draft.tiers.map(({ key, populationTarget }, index) => {
      const share = sharesAfter[index];
      if (share === undefined) throw new Error('every tier has its share');
      const isOff = share.population === 'BELOW' || share.population === 'ABOVE';
      return {
        key,
        before: sharesBefore[index] ?? share,
        after: share,
        obstacle:
          isOff && populationTarget !== null
            ? obstacleOf(populationTarget, after[index]?.settled ?? 0, accounts)
            : null,
      };
    }),
    populationDistance: {
      before: populationDistance(before, draft.tiers),
      after: populationDistance(after, draft.tiers),
    },
    arrShareDistance: {
      before: arrShareDistance(before, draft.tiers),
      after: arrShareDistance(after, draft.tiers),
    },
  };
}

/** The likeliest reason why no lines bring the tier into its target. */
function obstacleOf({ from, to }: ShareTarget, designated: number, accounts: readonly Paying[]): string {
  const each = 100 / accounts.length;
  if (each > to - from) {
    return `the book has ${accounts.length} paying accounts, so each is ${percentText(each)} of it, more than the target is wide`;
  }
  if (designated * each > to) {
    return `${designated} accounts are designated strategic, ${percentText(designated * each)} of the book; no line moves those`;
  }
  const ties = new Map<number, number>();
  for (const { arr } of accounts) ties.set(arr, (ties.get(arr) ?? 0) + 1);
  const [amount, tied] = [...ties].reduce((most, one) => (one[1] > most[1] ? one : most));
  if (tied * each > to - from) {
    return `${tied} accounts have the same ARR of ${formatMoney(amount as Money)}, ${percentText(tied * each)} of the book; no line goes between them`;
  }
  return 'what is known of the accounts, or a guardrail, places them elsewhere, however the lines are drawn';
}

function percentText(percent: number): string {
  return `${formatHundredths(Math.round(percent * 100))}%`;
}

function changesBetween(from: TieringModel, to: TieringModel): CalibrationChange[] {
  const changes: CalibrationChange[] = [];
  const note = (field: readonly string[], old: string, next: string): void => {
    if (old !== next) changes.push({ field, from: old, to: next });
  };
  from.tiers.forEach((tier, index) => {
    const next = to.tiers[index] ?? tier;
    note(['ladder', tier.key, 'arrFrom'], thresholdText(tier.arrFrom), thresholdText(next.arrFrom));
    note(['ladder', tier.key, 'scoreFloor'], String(tier.scoreFloor), String(next.scoreFloor));
  });
  const bands = arrBandsOf(to);
  arrBandsOf(from).forEach((band, index) => {
    const path = ['criteria', 'CURRENT_ARR', 'bands', String(index), 'arrFrom'];
    note(path, thresholdText(band.from), thresholdText(bands[index]?.from ?? band.from));
  });
  const key = (model: TieringModel): string =>
    model.guardrails.keyAccountFrom === null ? 'off' : formatMoney(model.guardrails.keyAccountFrom);
  note(['guardrails', 'keyAccountFrom'], key(from), key(to));
  return changes;
}

function thresholdText({ amount, topPercent }: Threshold): string {
  if (topPercent !== null) return `top ${topPercent}%`;
  return amount === null ? 'none' : formatMoney(amount);
}
