import { type CalendarDate } from './calendar';
import { applyGuardrails, type GuardrailCase } from './guardrail';
import { validateModel } from './model-validation';
import { hundredthsOf, MAX_MONEY, type Money } from './money';
import { type Paying, populationDistance } from './population';
import { scoreAccount, totalByBands } from './scorecard';
import { amountOf, type Ladder, lowestTier, type ShareTarget, tierAtRank, tierByArr } from './tier';
import { type ArrBand, arrBandsOf, type TieringModel, withThresholds } from './tiering-model';

/** The search looks at no more accounts than this, evenly spread by ARR; the outcome is checked with all of them. */
const MOST_SEARCHED = 5_000;
const ROUNDS = 4;

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

/**
 * Looks for lines, bands, floors and a key-account amount under which the accounts come into the population targets;
 * how is said with `calibrate`.
 */
export class CalibrationSearch {
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
    accounts: readonly Paying[],
    today: CalendarDate,
  ) {
    const sample = sampleOf(accounts);
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
    const given = settingsOf(this.start);
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
      const settings = settingsOf(this.best);
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
    const bands = arrBandsOf(model);
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

function sampleOf(accounts: readonly Paying[]): readonly Paying[] {
  const step = Math.ceil(accounts.length / MOST_SEARCHED);
  return step === 1 ? accounts : accounts.filter((_, index) => index % step === step >> 1);
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

function settingsOf({ tiers }: TieringModel): Settings {
  const aboveLowest = tiers.slice(0, -1);
  return {
    lines: aboveLowest.map(({ arrFrom }) => amountOf(arrFrom)),
    floors: aboveLowest.map(({ scoreFloor }) => hundredthsOf(scoreFloor)),
  };
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

/** The model with every amount of its ladder, its ARR bands and its key accounts changed. */
export function withAmounts(model: TieringModel, change: (amount: Money) => Money): TieringModel {
  const { keyAccountFrom } = model.guardrails;
  return {
    ...withThresholds(model, (threshold) => ({ amount: change(amountOf(threshold)), topPercent: null })),
    guardrails: {
      ...model.guardrails,
      keyAccountFrom: keyAccountFrom === null ? null : change(keyAccountFrom),
    },
  };
}

/** Whether the model may be saved. Successors are a matter of the published ladder, which calibration leaves alone. */
export function isSound(model: TieringModel): boolean {
  return validateModel({ ...model, successors: {} }, null).errors.length === 0;
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
