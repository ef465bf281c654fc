import { type AccountValues } from './account';
import { type CalendarDate } from './calendar';
import { type FteNeeded, FteTally, type TierFte } from './fte-outlook';
import { GUARDRAIL_CODES, type GuardrailCode } from './guardrail';
import { NO_LOAD } from './load';
import { type Publication } from './publication';
import { type Account, type Rescoring } from './rescoring';
import { type Scorecard } from './scorecard';
import { type AdjustmentKind } from './service-adjustment';
import { shareOf, standingTo, type TargetStanding } from './share-target';
import { effectiveTier, type PendingDowngrade, type Standing } from './standing';
import { ranksFallen } from './succession';
import { type ShareTarget } from './tier';

/** What publishing does to an account that it does not leave alone. */
export const MOVER_KINDS = [
  'PLACED',
  'UP',
  'DOWN',
  'RENAMED',
  'UNDERNEATH',
  'PENDING',
  'RETARGETED',
  'CANCELLED',
] as const;
export type MoverKind = (typeof MOVER_KINDS)[number];

/** An account that moves, or whose pending downgrade does; tiers are keys, of the old and of the new ladder. */
export interface Mover {
  readonly accountId: string;
  readonly kind: MoverKind;
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  readonly heldFrom: string | null;
  readonly heldTo: string | null;
  /** The target of the pending downgrade before and after; null where there is none. */
  readonly pendingFrom: string | null;
  readonly pendingTo: string | null;
  readonly graceUntil: CalendarDate | null;
  /** Totals in hundredths of a point; before null for an account without a scorecard. */
  readonly scoreFrom: number | null;
  readonly scoreTo: number | null;
}

/** Accounts and their ARR, in hundredths. */
export interface Amount {
  readonly accounts: number;
  readonly arr: bigint;
}

export interface MovementCell extends Amount {
  readonly from: string | null;
  readonly to: string | null;
}

/** Pending downgrades after publishing, by held tier and target. */
export interface PendingCell extends Amount {
  readonly held: string;
  readonly target: string;
  /** How many of them publishing opens, how many it gives this target, and how many are as they were. */
  readonly opened: number;
  readonly retargeted: number;
  readonly kept: number;
}

/** A tier's part of the accounts with ARR above 0, and of their ARR. */
export interface TierShare extends Amount {
  /** Fractions of 1; null in a book without ARR. */
  readonly accountShare: number | null;
  readonly arrShare: number | null;
  /** Null where there is no target, or no share. */
  readonly population: TargetStanding | null;
  readonly arrStanding: TargetStanding | null;
}

export interface TierOutlook {
  readonly key: string;
  readonly populationTarget: ShareTarget | null;
  readonly arrShareTarget: ShareTarget | null;
  /** By effective tiers under the old ladder; null for a tier that it does not have. */
  readonly before: TierShare | null;
  /** By effective tiers at once after publishing. */
  readonly after: TierShare;
  /** By computed tiers: where the book settles once graces have passed and overrides have ended. */
  readonly settled: TierShare;
  /** What its accounts need, whether they pay or not. */
  readonly fte: Omit<TierFte, 'tier'>;
}

export interface GuardrailCount {
  readonly code: GuardrailCode;
  readonly before: number;
  readonly after: number;
}

export interface SimulationOutcome {
  /** Accounts that publishing looks at: all that are placed and not churned. */
  readonly accounts: number;
  readonly movers: Readonly<Record<MoverKind, number>>;
  readonly movements: readonly MovementCell[];
  readonly pending: readonly PendingCell[];
  readonly guardrails: readonly GuardrailCount[];
  readonly tiers: readonly TierOutlook[];
  /** What all accounts need, with those in tiers that the new ladder drops. */
  readonly fte: FteNeeded;
  /** Overrides that would only say what the new model says itself; the first of them by account. */
  readonly redundantOverrides: Amount & { readonly accountIds: readonly string[] };
}

/** Redundant overrides that are named, of however many there are. */
export const MOST_REDUNDANT_NAMED = 100;

const NO_FTE: TierOutlook['fte'] = { before: null, after: NO_LOAD, settled: NO_LOAD };

/** What simulations look at of an account as it is. */
export interface SimulatedAccount {
  readonly id: string;
  readonly values: AccountValues;
  readonly standing: Standing;
  readonly scorecard: Pick<Scorecard, 'total' | 'guardrails'> | null;
}

/** Adds up, account by account, what a publication would do; memory does not grow with the book. */
export class SimulationTally {
  private accounts = 0;
  private readonly kinds = new Map<MoverKind, number>();
  private readonly movements = new Map<string, { from: string | null; to: string | null } & Sum>();
  private readonly pending = new Map<string, MutablePending>();
  private readonly guardrails = new Map<GuardrailCode, { before: number; after: number }>();
  private readonly before = new Shares();
  private readonly after = new Shares();
  private readonly settled = new Shares();
  private readonly fte: FteTally;
  private readonly redundant: Sum & { ids: string[] } = { accounts: 0, arr: 0n, ids: [] };

  constructor(private readonly publication: Publication) {
    this.fte = new FteTally(publication);
  }

  /**
   * Counts one account; gives the mover that it is, or null where nothing happens to it.
   *
   * @param adjustment its active service adjustment
   */
  add(
    account: SimulatedAccount,
    { account: after }: Rescoring,
    adjustment: AdjustmentKind | null,
  ): Mover | null {
    const arr = BigInt(account.values.arr ?? 0);
    const [from, to] = [account.standing, after.standing];
    const [effectiveFrom, effectiveTo] = [effectiveTier(from), effectiveTier(to)];
    this.accounts += 1;
    const cell = at(this.movements, `${effectiveFrom ?? ''}>${effectiveTo ?? ''}`, () => ({
      from: effectiveFrom,
      to: effectiveTo,
      accounts: 0,
      arr: 0n,
    }));
    count(cell, arr);
    this.fte.add(account.values, adjustment, {
      before: effectiveFrom,
      after: effectiveTo,
      settled: to.computed,
    });
    if (to.held !== null && to.pending !== null) this.countPending(to.held, from.pending, to.pending, arr);
    for (const { code } of account.scorecard?.guardrails ?? []) this.guardrail(code).before += 1;
    for (const { code } of after.scorecard?.guardrails ?? []) this.guardrail(code).after += 1;
    if (arr > 0n) {
      this.before.add(effectiveFrom, arr);
      this.after.add(effectiveTo, arr);
      this.settled.add(to.computed, arr);
    }
    const agreed = to.override !== null && to.override === to.held && to.pending === null;
    const agreedBefore = from.override !== null && from.override === from.held && from.pending === null;
    if (agreed && !agreedBefore) {
      count(this.redundant, arr);
      if (this.redundant.ids.length < MOST_REDUNDANT_NAMED) this.redundant.ids.push(account.id);
    }
    const kind = kindOf(account, after, this.publication);
    if (kind === null) return null;
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    return {
      accountId: account.id,
      kind,
      effectiveFrom,
      effectiveTo,
      heldFrom: from.held,
      heldTo: to.held,
      pendingFrom: from.pending?.target ?? null,
      pendingTo: to.pending?.target ?? null,
      graceUntil: to.pending?.graceUntil ?? null,
      scoreFrom: account.scorecard?.total ?? null,
      scoreTo: after.scorecard?.total ?? null,
    };
  }

  outcome(): SimulationOutcome {
    const { from, to } = this.publication;
    const fte = new Map(this.fte.tiers().map(({ tier, ...needed }) => [tier, needed]));
    const rank = (key: string | null, ladder: typeof to.tiers): number =>
      ladder.find((tier) => tier.key === key)?.rank ?? 0;
    return {
      accounts: this.accounts,
      movers: Object.fromEntries(MOVER_KINDS.map((kind) => [kind, this.kinds.get(kind) ?? 0])) as Record<
        MoverKind,
        number
      >,
      movements: [...this.movements.values()].sort(
        (a, b) =>
          rank(a.from, from.tiers) - rank(b.from, from.tiers) || rank(a.to, to.tiers) - rank(b.to, to.tiers),
      ),
      pending: [...this.pending.values()].sort(
        (a, b) =>
          rank(a.held, to.tiers) - rank(b.held, to.tiers) ||
          rank(a.target, to.tiers) - rank(b.target, to.tiers),
      ),
      guardrails: GUARDRAIL_CODES.map((code) => ({ code, ...this.guardrail(code) })),
      tiers: to.tiers.map((tier) => {
        const old = from.tiers.find(({ key }) => key === tier.key);
        return {
          key: tier.key,
          populationTarget: tier.populationTarget,
          arrShareTarget: tier.arrShareTarget,
          before: old ? this.before.of(old.key, old) : null,
          after: this.after.of(tier.key, tier),
          settled: this.settled.of(tier.key, tier),
          fte: fte.get(tier.key) ?? NO_FTE,
        };
      }),
      fte: this.fte.total(),
      redundantOverrides: {
        accounts: this.redundant.accounts,
        arr: this.redundant.arr,
        accountIds: this.redundant.ids,
      },
    };
  }

  private guardrail(code: GuardrailCode): { before: number; after: number } {
    return at(this.guardrails, code, () => ({ before: 0, after: 0 }));
  }

  private countPending(
    held: string,
    before: PendingDowngrade | null,
    { target }: PendingDowngrade,
    arr: bigint,
  ): void {
    const cell = at(this.pending, `${held}>${target}`, () => ({
      held,
      target,
      accounts: 0,
      arr: 0n,
      opened: 0,
      retargeted: 0,
      kept: 0,
    }));
    count(cell, arr);
    if (before === null) cell.opened += 1;
    else if (before.target === target) cell.kept += 1;
    else cell.retargeted += 1;
  }
}

/** What publishing does to the account as a whole: its own move counts before what becomes of a pending downgrade. */
function kindOf(before: SimulatedAccount, after: Account, { from, to }: Publication): MoverKind | null {
  const [old, next] = [before.standing, after.standing];
  const effectiveFrom = effectiveTier(old);
  const effectiveTo = effectiveTier(next);
  if (effectiveFrom !== effectiveTo) {
    if (effectiveFrom === null || effectiveTo === null) return 'PLACED';
    const fall = ranksFallen(effectiveFrom, effectiveTo, from.tiers, to.tiers);
    if (fall === 0) return 'RENAMED';
    return fall < 0 ? 'UP' : 'DOWN';
  }
  if (old.held !== next.held) return 'UNDERNEATH';
  if (old.pending === null) return next.pending === null ? null : 'PENDING';
  if (next.pending === null) return 'CANCELLED';
  return old.pending.target === next.pending.target ? null : 'RETARGETED';
}

interface Sum {
  accounts: number;
  arr: bigint;
}

type MutablePending = { -readonly [F in keyof PendingCell]: PendingCell[F] };

function count(sum: Sum, arr: bigint): void {
  sum.accounts += 1;
  sum.arr += arr;
}

/** The accounts with ARR above 0 by tier. */
class Shares {
  private readonly total: Sum = { accounts: 0, arr: 0n };
  private readonly tiers = new Map<string, Sum>();

  add(key: string | null, arr: bigint): void {
    count(this.total, arr);
    if (key !== null)
      count(
        at(this.tiers, key, () => ({ accounts: 0, arr: 0n })),
        arr,
      );
  }

  of(
    key: string,
    targets: { readonly populationTarget: ShareTarget | null; readonly arrShareTarget: ShareTarget | null },
  ): TierShare {
    const { accounts, arr } = this.tiers.get(key) ?? { accounts: 0, arr: 0n };
    const accountShare = this.total.accounts === 0 ? null : accounts / this.total.accounts;
    const arrShare = this.total.arr === 0n ? null : shareOf(arr, this.total.arr);
    return {
      accounts,
      arr,
      accountShare,
      arrShare,
      population: standingTo(accountShare, targets.populationTarget),
      arrStanding: standingTo(arrShare, targets.arrShareTarget),
    };
  }
}

function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
