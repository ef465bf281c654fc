import { type AccountFacts, RELATIONSHIP_COMPLEXITY_FACTS } from './account';
import { groupLoad, type Load, type LoadRules, relationshipComplexity } from './load';
import { type AdjustmentKind } from './service-adjustment';

/** FTE that the accounts need before publishing a model, at once after, and where they settle by it. */
export interface FteNeeded {
  readonly before: Load;
  readonly after: Load;
  readonly settled: Load;
}

export interface TierFte {
  readonly tier: string;
  /** By the ratios of the model before; null for a tier that it does not have. */
  readonly before: Load | null;
  readonly after: Load;
  readonly settled: Load;
}

/** The keys of an account's tiers: effective before and after publishing, and computed after. */
export interface TiersAround {
  readonly before: string | null;
  readonly after: string | null;
  readonly settled: string | null;
}

type Facts = Pick<AccountFacts, (typeof RELATIONSHIP_COMPLEXITY_FACTS)[number]>;

/** Adds up, account by account, what FTE a book needs under two models (spec section 10). */
export class FteTally {
  private readonly before: Weights;
  private readonly after: Weights;
  private readonly settled: Weights;

  constructor(private readonly models: { readonly from: LoadRules; readonly to: LoadRules }) {
    this.before = new Weights(models.from);
    this.after = new Weights(models.to);
    this.settled = new Weights(models.to);
  }

  /** @param adjustment the active service adjustment */
  add(facts: Facts, adjustment: AdjustmentKind | null, tiers: TiersAround): void {
    this.addAlike(1, relationshipComplexity(facts), adjustment, tiers);
  }

  /** As add, for several accounts that weigh alike. */
  addAlike(
    accounts: number,
    relationshipFacts: number,
    adjustment: AdjustmentKind | null,
    tiers: TiersAround,
  ): void {
    this.before.add(tiers.before, relationshipFacts, adjustment, accounts);
    this.after.add(tiers.after, relationshipFacts, adjustment, accounts);
    this.settled.add(tiers.settled, relationshipFacts, adjustment, accounts);
  }

  /** In the order of the new ladder; tiers that it drops are in the total alone. */
  tiers(): TierFte[] {
    const { from, to } = this.models;
    return to.tiers.map(({ key }) => ({
      tier: key,
      before: from.tiers.some((tier) => tier.key === key) ? this.before.of(key) : null,
      after: this.after.of(key),
      settled: this.settled.of(key),
    }));
  }

  total(): FteNeeded {
    return { before: this.before.of(null), after: this.after.of(null), settled: this.settled.of(null) };
  }
}

/** Accounts that weigh alike, counted: adding up many small loads one by one would blur them. */
class Weights {
  private readonly groups = new Map<
    string,
    { tier: string; relationshipFacts: number; adjustment: AdjustmentKind | null; accounts: number }
  >();

  constructor(private readonly rules: LoadRules) {}

  add(
    tier: string | null,
    relationshipFacts: number,
    adjustment: AdjustmentKind | null,
    accounts: number,
  ): void {
    if (tier === null) return;
    const key = `${relationshipFacts} ${adjustment ?? '-'} ${tier}`;
    const group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, { tier, relationshipFacts, adjustment, accounts });
    else group.accounts += accounts;
  }

  /** What a tier needs, or all of them. */
  of(tier: string | null): Load {
    let [limit, comfort] = [0, 0];
    for (const group of this.groups.values()) {
      if (tier !== null && group.tier !== tier) continue;
      const load = groupLoad(group, this.rules);
      limit += load.limit;
      comfort += load.comfort;
    }
    return { limit, comfort };
  }
}
