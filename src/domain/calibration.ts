import { type AccountFacts } from './account';
import { type CalendarDate } from './calendar';
import { DomainError } from './errors';
import { applyGuardrails, type GuardrailCase } from './guardrail';
import { validateModel } from './model-validation';
import { formatHundredths, formatMoney, hundredthsOf, MAX_MONEY, type Money } from './money';
import { placeAccount } from './placement';
import { scoreAccount, totalByBands } from './scorecard';
import { shareOf, standingTo, type TargetStanding } from './simulation';
import {
  amountOf,
  type Ladder,
  lowestTier,
  type ShareTarget,
  type Threshold,
  tierAtRank,
  tierByArr,
} from './tier';
import { type ArrBand, resolvePercentiles, type TieringModel, withThresholds } from './tiering-model';

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

/** A tier's part of the paying book, in fractions of 1, as the placements of the day make it. */
export interface CalibratedShare {
  readonly accounts: number;
  readonly accountShare: number;
  readonly arrShare: number;
  readonly population: TargetStanding | null;
  readonly arrStanding: TargetStanding | null;
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

/** The search looks at no more accounts than this, evenly spread by ARR; the outcome is checked with all of them. */
const MOST_SEARCHED = 5_000;
const ROUNDS = 4;

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
  const search = new Search(resolved, sampleOf(accounts), today);
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

/** A paying account: its ARR is known. */
type Paying = AccountFacts & { readonly arr: Money };

/** What became of the accounts of one tier. */
interface Placed {
  accounts: number;
  arr: bigint;
  /** Those that a guardrail settled here whatever the lines are. */
  settled: number;
}

function paying(book: readonly AccountFacts[]): Paying[] {
  return book
    .filter((facts): facts is Paying => facts.arr !== null && facts.arr > 0 && facts.status !== 'CHURNED')
    .sort((a, b) => b.arr - a.arr);
}

function sampleOf(accounts: readonly Paying[]): readonly Paying[] {
  const step = Math.ceil(accounts.length / MOST_SEARCHED);
  return step === 1 ? accounts : accounts.filter((_, index) => index % step === step >> 1);
}

/** Places every account of the book by the model itself. */
function* census(
  model: TieringModel,
  accounts: readonly Paying[],
  today: CalendarDate,
): Generator<undefined, Placed[]> {
  const placed = model.tiers.map((): Placed => ({ accounts: 0, arr: 0n, settled: 0 }));
  const rankOf = new Map(model.tiers.map(({ key, rank }) => [key, rank]));
  for (const [index, facts] of accounts.entries()) {
    if (index % 2_000 === 1_999) yield;
    const { computedTier, guardrails } = placeAccount(facts, model, today);
    const tier = placed[(rankOf.get(computedTier ?? '') ?? 0) - 1];
    if (tier === undefined) continue;
    tier.accounts += 1;
    tier.arr += BigInt(facts.arr);
    if (guardrails.some(({ code }) => code === 'STRATEGIC_DESIGNATION')) tier.settled += 1;
  }
  return placed;
}

/** How far the shares of accounts lie outside their targets, in percentage points, all tiers together. */
function populationDistance(placed: readonly { readonly accounts: number }[], tiers: Ladder): number {
  const total = placed.reduce((sum, { accounts }) => sum + accounts, 0);
  return distance(
    placed.map(({ accounts }) => (accounts / total) * 100),
    tiers.map(({ populationTarget }) => populationTarget),
  );
}

function arrShareDistance(placed: readonly Placed[], tiers: Ladder): number {
  const total = placed.reduce((sum, { arr }) => sum + arr, 0n);
  return distance(
    placed.map(({ arr }) => shareOf(arr, total) * 100),
    tiers.map(({ arrShareTarget }) => arrShareTarget),
  );
}

function distance(percents: readonly number[], targets: readonly (ShareTarget | null)[]): number {
  const outside = percents.reduce((sum, percent, index) => {
    const target = targets[index] ?? null;
    return target === null ? sum : sum + Math.max(0, target.from - percent, percent - target.to);
  }, 0);
  return Math.round(outside * 1e6) / 1e6;
}

/** The share of the accounts, as a fraction of 1, that each tier is to have: the middle of its target where that fits. */
function aims(tiers: Ladder): number[] {
  const targets = tiers.map(({ populationTarget }) => populationTarget);
  const sumOf = (pick: (target: ShareTarget) => number): number =>
    targets.reduce((sum, target) => sum + (target === null ? 0 : pick(target)), 0);
  const middle = ({ from, to }: ShareTarget): number => (from + to) / 2;
  const [least, mid, most] = [sumOf(({ from }) => from), sumOf(middle), sumOf(({ to }) => to)];
  const rest = targets.filter((target) => target === null).length;
  let aim = middle;
  if (mid > 100 && mid > least) {
    const part = Math.max(0, (100 - least) / (mid - least));
    aim = (target) => target.from + part * (middle(target) - target.from);
  } else if (mid < 100 && rest === 0 && most > mid) {
    const part = Math.min(1, (100 - mid) / (most - mid));
    aim = (target) => middle(target) + part * (target.to - middle(target));
  }
  const left = Math.max(0, 100 - sumOf(aim));
  return targets.map((target) => (target === null ? left / rest : aim(target)) / 100);
}

/** The lines above 0 and the floors above 0, by rank; floors in hundredths of a point. */
interface Settings {
  readonly lines: readonly Money[];
  readonly floors: readonly number[];
}

/** An account with all of its score that does not depend on what is searched for. */
interface Prepared {
  /** What the guardrails are asked; its tiers are set anew for each model. */
  readonly asked: { -readonly [F in keyof GuardrailCase]: GuardrailCase[F] };
  readonly total: (bands: readonly ArrBand[]) => number;
}

interface ByAmounts {
  readonly key: string;
  readonly totals: readonly number[];
  readonly ladderRanks: readonly number[];
}

class Search {
  /** The best model so far. */
  best: TieringModel;
  private bestDistance: number;
  private bestDeviation: number;
  private readonly accounts: readonly Prepared[];
  private amounts: ByAmounts | null = null;
  /** The amounts of ARR that occur, the largest first. */
  private readonly values: readonly Money[];
  /** How many accounts should stand in each tier or above it. */
  private readonly wanted: readonly number[];

  constructor(
    private readonly start: TieringModel,
    sample: readonly Paying[],
    today: CalendarDate,
  ) {
    const lowest = lowestTier(start.tiers);
    this.accounts = sample.map((facts) => {
      const score = scoreAccount(facts, start, today);
      const { potential, strategicFactors, knownBeyondArr } = score;
      return {
        asked: { facts, potential, strategicFactors, knownBeyondArr, scoreTier: lowest, ladderTier: lowest },
        total: totalByBands(score, facts.arr, start),
      };
    });
    this.values = [...new Set(sample.map(({ arr }) => arr))];
    let sum = 0;
    this.wanted = aims(start.tiers)
      .slice(0, -1)
      .map((share) => (sum += share) * sample.length);
    this.best = start;
    const counts = this.count(start);
    this.bestDistance = this.distanceOf(counts);
    this.bestDeviation = this.deviationOf(counts);
  }

  *run(): Generator<undefined, void> {
    const given: Settings = {
      lines: this.start.tiers.slice(0, -1).map(({ arrFrom }) => amountOf(arrFrom)),
      floors: this.start.tiers.slice(0, -1).map(({ scoreFloor }) => hundredthsOf(scoreFloor)),
    };
    let settings: Settings = { ...given, lines: this.linesByArr() };
    this.consider(settings);
    yield;
    for (let round = 0; round < ROUNDS && this.bestDistance > 0; round += 1) {
      for (const rank of settings.lines.keys()) {
        settings = { ...settings, lines: this.tuneLine(settings, rank) };
        this.consider(settings);
        yield;
      }
      // Floors only where the lines alone do not do it.
      if (round === 0 || this.bestDistance === 0) continue;
      for (const rank of settings.floors.keys()) {
        settings = { ...settings, floors: this.tuneFloor(settings, rank) };
        this.consider(settings);
        yield;
      }
    }
    // The floors alone may do it, too, for a ladder that is to stay.
    for (let round = 0; round < 2 && this.bestDistance > 0; round += 1) {
      settings = round === 0 ? given : settings;
      for (const rank of settings.floors.keys()) {
        settings = { ...settings, floors: this.tuneFloor(settings, rank) };
        this.consider(settings);
        yield;
      }
    }
    yield* this.roundOff();
  }

  /** Each line at the amount of ARR that comes nearest to letting the wanted number of accounts in. */
  private linesByArr(): Money[] {
    const lines: Money[] = [];
    let index = -1;
    for (const wanted of this.wanted) {
      let best = index + 1;
      for (let at = index + 1; at < this.values.length; at += 1) {
        if (Math.abs(this.atOrAbove(at) - wanted) <= Math.abs(this.atOrAbove(best) - wanted)) best = at;
        if (this.atOrAbove(at) >= wanted) break;
      }
      index = best;
      lines.push(this.lineAt(index));
    }
    return lines;
  }

  /** Accounts whose ARR is at least the amount with this index. */
  private atOrAbove(index: number): number {
    const line = this.lineAt(index);
    let [low, high] = [0, this.accounts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.accounts[middle]?.asked.facts.arr ?? 0) >= line) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below the smallest amount there are no accounts to tell apart, but lines still have to fall. */
  private lineAt(index: number): Money {
    const value = this.values[index];
    if (value !== undefined) return value;
    const smallest = this.values.at(-1) ?? 1;
    return Math.max(1, Math.floor(smallest / 2 ** (index - this.values.length + 1))) as Money;
  }

  private tuneLine(settings: Settings, rank: number): Money[] {
    const { lines } = settings;
    const upper = lines[rank - 1] ?? ((MAX_MONEY + 1) as Money);
    const lower = lines[rank + 1] ?? (0 as Money);
    const choices = this.values.filter((value) => value < upper && value > lower);
    const withLine = (line: Money): Money[] => lines.map((old, index) => (index === rank ? line : old));
    const chosen = this.nearest(choices.length, rank, (index) => ({
      ...settings,
      lines: withLine(choices[index] ?? upper),
    }));
    return withLine(choices[chosen] ?? lines[rank] ?? lower);
  }

  private tuneFloor(settings: Settings, rank: number): number[] {
    const { floors } = settings;
    const upper = floors[rank - 1] ?? 10_001;
    const lower = floors[rank + 1] ?? 0;
    const withFloor = (floor: number): number[] => floors.map((old, index) => (index === rank ? floor : old));
    const at = (index: number): Settings => ({ ...settings, floors: withFloor(upper - 1 - index) });
    const length = upper - lower - 1;
    if (length <= 0) return [...floors];
    const chosen = this.nearest(length, rank, at);
    // Many floors let the same accounts in; the roundest of them reads best.
    const same = this.standing(at(chosen), rank);
    const first = this.firstReaching(length, rank, same, at);
    const beyond = this.firstReaching(length, rank, same + 1, at);
    return withFloor(roundest(upper - Math.min(beyond, length), upper - 1 - first));
  }

  /**
   * Of settings that let ever more accounts into the tier or above, the index of those that come nearest to the
   * wanted number.
   */
  private nearest(length: number, rank: number, at: (index: number) => Settings): number {
    if (length === 0) return 0;
    const wanted = this.wanted[rank] ?? 0;
    const reaching = this.firstReaching(length, rank, wanted, at);
    if (reaching === 0) return 0;
    const under = reaching - 1;
    if (reaching === length) return under;
    const [low, high] = [this.standing(at(under), rank), this.standing(at(reaching), rank)];
    return wanted - low <= high - wanted ? under : reaching;
  }

  /** The first index from which on at least so many accounts stand in the tier or above it. */
  private firstReaching(
    length: number,
    rank: number,
    wanted: number,
    at: (index: number) => Settings,
  ): number {
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.standing(at(middle), rank) >= wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private standing(settings: Settings, rank: number): number {
    return this.count(this.modelOf(settings))
      .slice(0, rank + 1)
      .reduce((sum, { accounts }) => sum + accounts, 0);
  }

  private modelOf(settings: Settings): TieringModel {
    return withSettings(this.start, settings);
  }

  private consider(settings: Settings): void {
    this.considerModel(this.modelOf(settings), false);
  }

  /** Takes the model if it is sound and better, or, where that is enough, no worse. */
  private considerModel(model: TieringModel, noWorse: boolean): boolean {
    if (!isSound(model)) return false;
    const counts = this.count(model);
    const [far, deviation] = [this.distanceOf(counts), this.deviationOf(counts)];
    const better =
      far < this.bestDistance || (far === this.bestDistance && far > 0 && deviation < this.bestDeviation);
    if (!better && !(noWorse && far <= this.bestDistance)) return false;
    this.best = model;
    this.bestDistance = far;
    this.bestDeviation = deviation;
    return true;
  }

  /** Rounds the amounts that were found, as far as no account leaves its target by it. */
  private *roundOff(): Generator<undefined, void> {
    if (this.best === this.start) return;
    for (const rank of this.start.tiers.slice(0, -1).keys()) {
      const settings: Settings = {
        lines: this.best.tiers.slice(0, -1).map(({ arrFrom }) => amountOf(arrFrom)),
        floors: this.best.tiers.slice(0, -1).map(({ scoreFloor }) => hundredthsOf(scoreFloor)),
      };
      for (const digits of [2, 3]) {
        const lines = settings.lines.map((line, index) =>
          index === rank ? significant(line, digits) : line,
        );
        if (this.considerModel(this.modelOf({ ...settings, lines }), true)) break;
      }
      yield;
    }
    const lines = new Set(this.best.tiers.map(({ arrFrom }) => amountOf(arrFrom)));
    for (const digits of [2, 3]) {
      const rounded = withAmounts(this.best, (amount) =>
        lines.has(amount) ? amount : significant(amount, digits),
      );
      if (this.considerModel(rounded, true)) break;
    }
  }

  /** How many accounts the model places in each tier: as `placeAccount` does, from what was prepared. */
  private count(model: TieringModel): { accounts: number }[] {
    const counts = model.tiers.map(() => ({ accounts: 0 }));
    const { totals, ladderRanks } = this.byAmounts(model);
    const floors = model.tiers.map(({ scoreFloor }) => hundredthsOf(scoreFloor));
    this.accounts.forEach(({ asked }, index) => {
      const total = totals[index] ?? 0;
      const reached = floors.findIndex((floor) => total >= floor);
      asked.scoreTier = tierAtRank(model.tiers, reached === -1 ? floors.length : reached + 1);
      asked.ladderTier = tierAtRank(model.tiers, ladderRanks[index] ?? floors.length);
      const count = counts[applyGuardrails(model, asked).tier.rank - 1];
      if (count) count.accounts += 1;
    });
    return counts;
  }

  /** What depends on the amounts alone, kept for as long as only floors are tried. */
  private byAmounts(model: TieringModel): ByAmounts {
    const lines = model.tiers.map(({ arrFrom }) => amountOf(arrFrom));
    const bands = bandsOf(model);
    const key = [...lines, ...bands.map(({ from }) => amountOf(from))].join();
    if (this.amounts?.key === key) return this.amounts;
    this.amounts = {
      key,
      totals: this.accounts.map(({ total }) => total(bands)),
      ladderRanks: this.accounts.map(({ asked }) => tierByArr(model.tiers, asked.facts.arr).rank),
    };
    return this.amounts;
  }

  private distanceOf(counts: readonly { readonly accounts: number }[]): number {
    return populationDistance(counts, this.start.tiers);
  }

  /** How many accounts lie off the middle of the targets. */
  private deviationOf(counts: readonly { readonly accounts: number }[]): number {
    let sum = 0;
    return this.wanted.reduce((far, wanted, index) => {
      sum += counts[index]?.accounts ?? 0;
      return far + Math.abs(sum - wanted);
    }, 0);
  }
}

/** The model with other lines and floors; bands and the key-account amount keep their places between the lines. */
function withSettings(start: TieringModel, { lines, floors }: Settings): TieringModel {
  const old = start.tiers.map(({ arrFrom }) => amountOf(arrFrom));
  const next = [...lines, 0 as Money];
  const follow = (amount: Money): Money => {
    const rank = old.findIndex((line) => amount >= line);
    const [from, to] = [old[rank] ?? 0, next[rank] ?? 0];
    if (amount === from) return to as Money;
    const [above, toAbove] = [old[rank - 1], next[rank - 1]];
    if (above === undefined || toAbove === undefined) {
      return Math.min(Math.round(amount * (to / Math.max(from, 1))), MAX_MONEY) as Money;
    }
    return Math.round(to + (amount - from) * ((toAbove - to) / (above - from))) as Money;
  };
  const moved = withAmounts(start, follow);
  return {
    ...moved,
    tiers: moved.tiers.map((tier, index) => ({ ...tier, scoreFloor: (floors[index] ?? 0) / 100 })),
  };
}

function withAmounts(model: TieringModel, change: (amount: Money) => Money): TieringModel {
  const { keyAccountFrom } = model.guardrails;
  return {
    ...withThresholds(model, (threshold) => ({ amount: change(amountOf(threshold)), topPercent: null })),
    guardrails: {
      ...model.guardrails,
      keyAccountFrom: keyAccountFrom === null ? null : change(keyAccountFrom),
    },
  };
}

function bandsOf(model: TieringModel): readonly ArrBand[] {
  return model.criteria.flatMap((criterion) => (criterion.key === 'CURRENT_ARR' ? criterion.bands : []));
}

/** Successors are a matter of the published ladder, which calibration leaves alone. */
function isSound(model: TieringModel): boolean {
  return validateModel({ ...model, successors: {} }, null).errors.length === 0;
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
  const lines = percentilesFor(model.tiers.map(({ arrFrom }) => arrFrom));
  const bands = percentilesFor(bandsOf(model).map(({ from }) => from));
  return {
    ...model,
    tiers: model.tiers.map((tier, index) => ({ ...tier, arrFrom: lines[index] ?? tier.arrFrom })),
    criteria: model.criteria.map((criterion) =>
      criterion.key === 'CURRENT_ARR'
        ? {
            ...criterion,
            bands: criterion.bands.map((band, index) => ({ ...band, from: bands[index] ?? band.from })),
          }
        : criterion,
    ),
  };
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

function sharesOf(placed: readonly Placed[], tiers: Ladder): CalibratedShare[] {
  const accounts = placed.reduce((sum, tier) => sum + tier.accounts, 0);
  const arr = placed.reduce((sum, tier) => sum + tier.arr, 0n);
  return placed.map((tier, index) => {
    const [accountShare, arrShare] = [tier.accounts / accounts, shareOf(tier.arr, arr)];
    return {
      accounts: tier.accounts,
      accountShare,
      arrShare,
      population: standingTo(accountShare, tiers[index]?.populationTarget ?? null),
      arrStanding: standingTo(arrShare, tiers[index]?.arrShareTarget ?? null),
    };
  });
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
  const bands = bandsOf(to);
  bandsOf(from).forEach((band, index) => {
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

/** The amount rounded down to so many significant digits. */
function significant(amount: Money, digits: number): Money {
  const places = Math.floor(Math.log10(Math.max(amount, 1))) + 1 - digits;
  const step = 10 ** Math.max(places, 0);
  return (Math.floor(amount / step) * step) as Money;
}

/** The roundest whole number from `low` to `high`: a multiple of 500, 100, 50, 10, or else the highest. */
function roundest(low: number, high: number): number {
  for (const step of [500, 100, 50, 10]) {
    const candidate = Math.floor(high / step) * step;
    if (candidate >= low && candidate > 0) return candidate;
  }
  return high;
}
