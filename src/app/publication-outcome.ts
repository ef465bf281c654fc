import { FteTally, type TierFte } from '../domain/fte-outlook';
import { type Publication } from '../domain/publication';
import { type AdjustmentKind } from '../domain/service-adjustment';
import { effectiveTier, type Standing } from '../domain/standing';
import { type PublishedGroup } from './ports/prepared-publication';
import { type AccountOutline } from './ports/stores';

export interface Published {
  readonly version: number;
  /** Accounts that the new model placed. */
  readonly accounts: number;
  /** Accounts whose effective tier moved at once. */
  readonly moved: number;
  /** Accounts with a pending downgrade after it. */
  readonly pending: number;
  /** FTE that the tiers of the new ladder needed before and need after it; absent in answers that were kept before there was any. */
  readonly fte?: readonly TierFte[] | undefined;
}

/** Counts what a publication has done. */
export class PublicationOutcome {
  private accounts = 0;
  private moved = 0;
  private pending = 0;
  private readonly fte: FteTally;

  constructor(private readonly publication: Publication) {
    this.fte = new FteTally(publication);
  }

  addGroups(groups: readonly PublishedGroup[]): void {
    for (const { accounts, pending, relationshipFacts, adjustment, ...tiers } of groups) {
      this.accounts += accounts;
      if (tiers.before !== tiers.after) this.moved += accounts;
      this.pending += pending;
      this.fte.addAlike(accounts, relationshipFacts, adjustment, tiers);
    }
  }

  /** Takes back what addGroups has added of accounts that are decided anew. */
  takeBack(groups: readonly PublishedGroup[]): void {
    this.addGroups(groups.map((group) => ({ ...group, accounts: -group.accounts, pending: -group.pending })));
  }

  add(account: AccountOutline, standing: Standing, adjustment: AdjustmentKind | null): void {
    const tiers = {
      before: effectiveTier(account.standing),
      after: effectiveTier(standing),
      settled: standing.computed,
    };
    this.accounts += 1;
    if (tiers.before !== tiers.after) this.moved += 1;
    if (standing.pending !== null) this.pending += 1;
    this.fte.add(account.values, adjustment, tiers);
  }

  published(): Published {
    return {
      version: this.publication.to.version,
      accounts: this.accounts,
      moved: this.moved,
      pending: this.pending,
      fte: this.fte.tiers(),
    };
  }
}
