import { type TopTierShare, topTierShareText } from './capacity';
import { programOf } from './engagement-program';
import { percentText } from './percent';
import { needsNamedCsm } from './portfolio';
import { type Ladder } from './tier';
import { type TieringModel } from './tiering-model';

/** Findings about who looks after the accounts of a tier, and what that costs. */
export type ServiceHealthCode =
  | 'NO_OWNER'
  | 'OWNER_GONE'
  | 'OWNER_LEAVES'
  | 'COVERAGE_BROKEN'
  | 'NO_EXECUTIVE_SPONSOR'
  | 'CAPACITY_MISMATCH'
  | 'COST_ABOVE_VALUE';

export interface ServiceThresholds {
  /** Missing FTE as a part of those needed at the limit. */
  readonly missingFteShare: number;
  /** Accounts that cost more than their ARR justifies, as a part of those in the tier. */
  readonly overServedShare: number;
  /** Days ahead in which somebody's last day is looked for. */
  readonly ownerLeavesWithinDays: number;
}

/** How the accounts of a tier are looked after: numbers of accounts. */
export interface TierOwnership {
  readonly noOwner: number;
  readonly ownerGone: number;
  readonly ownerLeaves: number;
  readonly coverageBroken: number;
  readonly noSponsor: number;
}

/** What a tier costs; amounts in hundredths. */
export interface TierCost {
  readonly accounts: number;
  readonly overServed: number;
  readonly cost: bigint;
  readonly justified: bigint;
}

export interface ServiceFigures {
  /**
   * Who looks after the book, by tier, and the FTE of the tiers at the limit. Null where no CSM is known at all: who
   * looks after whom is kept elsewhere then.
   */
  readonly staffing: {
    readonly ownership: ReadonlyMap<string, TierOwnership>;
    readonly fte: ReadonlyMap<string, { readonly needed: number; readonly assigned: number }>;
    readonly topTier: TopTierShare | null;
  } | null;
  readonly costs: ReadonlyMap<string, TierCost>;
}

export interface ServiceFinding {
  readonly code: ServiceHealthCode;
  readonly severity: 'SEVERE' | 'WARNING' | 'NOTICE';
  readonly tier: string;
  readonly figure: number;
  readonly threshold: number;
  readonly message: string;
}

type ServedModel = Pick<TieringModel, 'tiers' | 'programs'>;

/** What is unhealthy about service and its cost, tier by tier (spec sections 7 and 10). */
export function serviceFindings(
  model: ServedModel,
  { staffing, costs }: ServiceFigures,
  thresholds: ServiceThresholds,
): ServiceFinding[] {
  return [
    ...(staffing === null
      ? []
      : [
          ...model.tiers.flatMap((tier) =>
            ownership(model, tier, staffing.ownership.get(tier.key), thresholds),
          ),
          ...topTierShare(model, staffing.topTier),
          ...model.tiers.flatMap((tier) => missingFte(tier, staffing.fte.get(tier.key), thresholds)),
        ]),
    ...model.tiers.flatMap((tier) => costAboveValue(tier, costs.get(tier.key), thresholds)),
  ];
}

type LadderTier = Ladder[number];

function ownership(
  model: ServedModel,
  { key, name }: LadderTier,
  figures: TierOwnership | undefined,
  { ownerLeavesWithinDays }: ServiceThresholds,
): ServiceFinding[] {
  if (figures === undefined) return [];
  const program = programOf(model, key);
  const finding = (
    code: ServiceHealthCode,
    severity: ServiceFinding['severity'],
    accounts: number,
    say: string,
  ): ServiceFinding[] =>
    accounts === 0
      ? []
      : [
          {
            code,
            severity,
            tier: key,
            figure: accounts,
            threshold: 1,
            message: `${accounts === 1 ? `1 account in ${name}` : `${accounts} accounts in ${name}`} ${say}`,
          },
        ];
  const plural = (accounts: number, one: string, many: string): string => (accounts === 1 ? one : many);
  const { noOwner, ownerGone, ownerLeaves, coverageBroken, noSponsor } = figures;
  return [
    ...finding(
      'NO_OWNER',
      needsNamedCsm(program) ? 'SEVERE' : 'WARNING',
      noOwner,
      `${plural(noOwner, 'has', 'have')} nobody who looks after ${plural(noOwner, 'it', 'them')}; assign a CSM or a pool`,
    ),
    ...finding(
      'OWNER_GONE',
      'SEVERE',
      ownerGone,
      `${plural(ownerGone, 'is', 'are')} still with somebody who works here no longer; hand ${plural(ownerGone, 'it', 'them')} over`,
    ),
    ...finding(
      'OWNER_LEAVES',
      'WARNING',
      ownerLeaves,
      `${plural(ownerLeaves, 'is', 'are')} with somebody who leaves within ${ownerLeavesWithinDays} days; name a successor`,
    ),
    ...finding(
      'COVERAGE_BROKEN',
      program.coverage.length === 0 ? 'NOTICE' : 'WARNING',
      coverageBroken,
      program.coverage.length === 0
        ? `${plural(coverageBroken, 'is', 'are')} looked after, which the program does not provide for; unassign ${plural(coverageBroken, 'it', 'them')}`
        : `${plural(coverageBroken, 'is', 'are')} with a pool and should have a named CSM`,
    ),
    ...finding(
      'NO_EXECUTIVE_SPONSOR',
      'WARNING',
      noSponsor,
      `${plural(noSponsor, 'has', 'have')} no executive sponsor`,
    ),
  ];
}

function topTierShare({ tiers }: ServedModel, top: TopTierShare | null): ServiceFinding[] {
  if (top === null || top.standing === 'WITHIN') return [];
  const { tier, share, from, to, standing } = top;
  return [
    {
      code: 'CAPACITY_MISMATCH',
      severity: 'WARNING',
      tier,
      figure: share,
      threshold: standing === 'BELOW' ? from : to,
      message: topTierShareText(top, tiers),
    },
  ];
}

function missingFte(
  { key, name }: LadderTier,
  fte: { readonly needed: number; readonly assigned: number } | undefined,
  { missingFteShare }: ServiceThresholds,
): ServiceFinding[] {
  if (fte === undefined || fte.needed === 0) return [];
  const figure = (fte.needed - fte.assigned) / fte.needed;
  if (figure <= missingFteShare + 1e-9) return [];
  return [
    {
      code: 'CAPACITY_MISMATCH',
      severity: 'WARNING',
      tier: key,
      figure,
      threshold: missingFteShare,
      message: `${name} needs ${fte.needed.toFixed(2)} FTE at the limit and has ${fte.assigned.toFixed(2)}; ${percentText(figure)} are missing`,
    },
  ];
}

function costAboveValue(
  { key, name }: LadderTier,
  figures: TierCost | undefined,
  { overServedShare }: ServiceThresholds,
): ServiceFinding[] {
  if (figures === undefined || figures.accounts === 0) return [];
  const { accounts, overServed, cost, justified } = figures;
  const figure = overServed / accounts;
  if (figure <= overServedShare) return [];
  const whole = cost > justified;
  return [
    {
      code: 'COST_ABOVE_VALUE',
      severity: whole ? 'SEVERE' : 'WARNING',
      tier: key,
      figure,
      threshold: overServedShare,
      message: `the service of ${percentText(figure)} of the accounts in ${name} costs more than their ARR can justify${whole ? ', and that of the whole tier does' : ''}; serve them lighter, or move their line`,
    },
  ];
}
