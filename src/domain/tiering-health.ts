import { type FirstResponse, programOf } from './engagement-program';
import { TIERS_BEFORE_WARNING } from './ladder-validation';
import { formatMoney, type Money } from './money';
import { percentText } from './percent';
import { type ServiceFigures, serviceFindings, type ServiceThresholds } from './service-health';
import { standingTo } from './share-target';
import { type Ladder, type ShareTarget } from './tier';
import { type TieringModel } from './tiering-model';

/** In the order in which findings of one severity are listed (spec section 10). */
export const HEALTH_CODES = [
  'TOP_TIER_BLOAT',
  'POPULATION_OFF_TARGET',
  'ARR_SHARE_OFF_TARGET',
  'NO_OWNER',
  'OWNER_GONE',
  'OWNER_LEAVES',
  'COVERAGE_BROKEN',
  'NO_EXECUTIVE_SPONSOR',
  'CAPACITY_MISMATCH',
  'COST_ABOVE_VALUE',
  'STALE_REVIEWS',
  'SLA_MISSED_BY_TIER',
  'OVERRIDE_DRIFT',
  'UNDERSERVED_LOWER_TIERS',
  'YO_YO',
  'THRESHOLD_DRIFT',
  'PROVISIONAL_PLACEMENTS',
  'MISSING_FACTS',
  'OVER_SEGMENTED',
] as const;
export type HealthCode = (typeof HEALTH_CODES)[number];

/** From the most pressing on. */
export const HEALTH_SEVERITIES = ['SEVERE', 'WARNING', 'NOTICE'] as const;
export type HealthSeverity = (typeof HEALTH_SEVERITIES)[number];

/** From where on something is a finding; shares are fractions of 1. They belong to the configuration, not to the model. */
export interface HealthThresholds extends ServiceThresholds {
  readonly topTierShare: number;
  readonly severeTopTierShare: number;
  readonly overdueReviewShare: number;
  readonly overriddenShare: number;
  readonly provisionalShare: number;
  readonly missingFactsShare: number;
  /** How far a cut of today may lie from the amount that was resolved, relative to that. */
  readonly thresholdDrift: number;
  /** How many times the book's logo churn. */
  readonly logoChurnTimes: number;
  /** Of the accounts of a low tier, those for which every digital program runs that it requires. */
  readonly digitalProgramShare: number;
  /** From this rank down tiers count as low. */
  readonly lowerTiersFromRank: number;
  /** Moves of one account within 12 months that are a yo-yo. */
  readonly yoYoMoves: number;
  /** The least share of tickets whose first answer comes in time. */
  readonly answeredInTimeShare: number;
  /** Full months over which that is measured. */
  readonly supportMonths: number;
}

export const HEALTH_THRESHOLDS: HealthThresholds = {
  topTierShare: 0.25,
  severeTopTierShare: 0.6,
  overdueReviewShare: 0.1,
  overriddenShare: 0.1,
  provisionalShare: 0.25,
  missingFactsShare: 0.25,
  thresholdDrift: 0.1,
  logoChurnTimes: 1.5,
  digitalProgramShare: 0.9,
  lowerTiersFromRank: 3,
  yoYoMoves: 3,
  missingFteShare: 0.1,
  overServedShare: 0.1,
  ownerLeavesWithinDays: 30,
  answeredInTimeShare: 0.9,
  supportMonths: 3,
};

/** What a book looks like; shares are of what their names say, in fractions of 1. */
export interface HealthFigures extends ServiceFigures {
  /** By effective tier: the accounts with ARR above 0, and their part of all of them and of their ARR. */
  readonly tiers: ReadonlyMap<string, { readonly accountShare: number; readonly arrShare: number }>;
  /** Accounts that hold a tier. */
  readonly placed: number;
  readonly provisional: number;
  readonly missingFacts: number;
  readonly overridden: number;
  /** Accounts with a tier review ahead of them or due, and those whose review is overdue. */
  readonly reviewed: number;
  readonly overdue: number;
  /** Accounts that moved so often within 12 months that it is a yo-yo. */
  readonly yoYo: number;
  /** Where the percentile cuts of the ladder lie today, by tier; those of the model alone. */
  readonly cuts: ReadonlyMap<string, Money>;
  /** Logo churn over 12 months, by the tier that the accounts had at their beginning; null key: the book. */
  readonly logoChurn: ReadonlyMap<string | null, number>;
  /**
   * For which share of the accounts of a tier every digital program runs that it requires, by tier; empty where nobody
   * ever told which programs run.
   */
  readonly digitalPrograms: ReadonlyMap<string, number>;
  /** The share of tickets answered in time over the last full months, by effective tier; tiers without tickets are left out. */
  readonly answeredInTime: ReadonlyMap<string, number>;
}

export interface HealthFinding {
  readonly code: HealthCode;
  readonly severity: HealthSeverity;
  /** The tier that it is about; null for the whole book. */
  readonly tier: string | null;
  /** What was measured: a share as a fraction of 1, or a number of accounts, tiers or times. */
  readonly figure: number;
  /** What it is measured against. */
  readonly threshold: number;
  readonly message: string;
  /** What UNDERSERVED_LOWER_TIERS rests on; absent for everything else. */
  readonly grounds?: 'LOGO_CHURN' | 'DIGITAL_PROGRAMS';
}

/**
 * What is unhealthy about the tiers of a book under its published model, the most pressing first (spec section 10).
 * What a finding says follows from the figures alone.
 */
export function tieringFindings(
  model: TieringModel,
  figures: HealthFigures,
  thresholds: HealthThresholds = HEALTH_THRESHOLDS,
): HealthFinding[] {
  const findings = [
    ...topTierBloat(model.tiers, figures, thresholds),
    ...offTarget(model.tiers, figures),
    ...ofThePlaced(figures, thresholds),
    ...staleReviews(figures, thresholds),
    ...unattended(model.tiers, figures, thresholds),
    ...slaMissed(model, figures, thresholds),
    ...underserved(model.tiers, figures, thresholds),
    ...yoYo(figures, thresholds),
    ...drifted(model.tiers, figures, thresholds),
    ...overSegmented(model.tiers),
    ...serviceFindings(model, figures, thresholds),
  ];
  const order = ({ severity, code }: HealthFinding): number =>
    HEALTH_SEVERITIES.indexOf(severity) * HEALTH_CODES.length + HEALTH_CODES.indexOf(code);
  // Stable: tiers of one code stay in the order of their ranks.
  return findings.sort((a, b) => order(a) - order(b));
}

function topTierBloat(
  [top]: Ladder,
  { tiers }: HealthFigures,
  { topTierShare, severeTopTierShare }: HealthThresholds,
): HealthFinding[] {
  const share = tiers.get(top?.key ?? '')?.accountShare ?? 0;
  if (top === undefined || share <= topTierShare) return [];
  return [
    {
      code: 'TOP_TIER_BLOAT',
      severity: share >= severeTopTierShare ? 'SEVERE' : 'WARNING',
      tier: top.key,
      figure: share,
      threshold: topTierShare,
      message: `${percentText(share)} of the paying accounts are in ${top.name}; above ${percentText(topTierShare)} the top tier is no longer special. Calibrate a draft, or raise its line and its floor`,
    },
  ];
}

function offTarget(ladder: Ladder, { tiers }: HealthFigures): HealthFinding[] {
  if (tiers.size === 0) return [];
  return ladder.flatMap((tier): HealthFinding[] => {
    const { accountShare, arrShare } = tiers.get(tier.key) ?? { accountShare: 0, arrShare: 0 };
    const finding = (
      code: 'POPULATION_OFF_TARGET' | 'ARR_SHARE_OFF_TARGET',
      share: number,
      target: ShareTarget | null,
      what: string,
    ): HealthFinding[] => {
      const standing = standingTo(share, target);
      if (target === null || standing === null || standing === 'WITHIN') return [];
      return [
        {
          code,
          severity: 'WARNING',
          tier: tier.key,
          figure: share,
          threshold: (standing === 'ABOVE' ? target.to : target.from) / 100,
          message: `${tier.name} has ${percentText(share)} of the ${what}; its target is ${target.from}-${target.to}%`,
        },
      ];
    };
    return [
      ...finding('POPULATION_OFF_TARGET', accountShare, tier.populationTarget, 'paying accounts'),
      ...finding('ARR_SHARE_OFF_TARGET', arrShare, tier.arrShareTarget, 'ARR'),
    ];
  });
}

function ofThePlaced(figures: HealthFigures, thresholds: HealthThresholds): HealthFinding[] {
  const finding = (
    code: HealthCode,
    severity: HealthSeverity,
    accounts: number,
    threshold: number,
    say: (share: string) => string,
  ): HealthFinding[] => {
    const figure = figures.placed === 0 ? 0 : accounts / figures.placed;
    return figure > threshold
      ? [{ code, severity, tier: null, figure, threshold, message: say(percentText(figure)) }]
      : [];
  };
  return [
    ...finding(
      'OVERRIDE_DRIFT',
      'WARNING',
      figures.overridden,
      thresholds.overriddenShare,
      (share) =>
        `${share} of the accounts are held in a tier by an override; where people overrule the model so often, the model is to be changed`,
    ),
    ...finding(
      'PROVISIONAL_PLACEMENTS',
      'NOTICE',
      figures.provisional,
      thresholds.provisionalShare,
      (share) =>
        `${share} of the accounts are placed by their ARR alone; bring in expansion, strategic and product facts to refine them`,
    ),
    ...finding(
      'MISSING_FACTS',
      'NOTICE',
      figures.missingFacts,
      thresholds.missingFactsShare,
      (share) => `of ${share} of the accounts nothing is known for at least one criterion`,
    ),
  ];
}

function staleReviews({ reviewed, overdue }: HealthFigures, thresholds: HealthThresholds): HealthFinding[] {
  const figure = reviewed === 0 ? 0 : overdue / reviewed;
  if (figure <= thresholds.overdueReviewShare) return [];
  return [
    {
      code: 'STALE_REVIEWS',
      severity: 'WARNING',
      tier: null,
      figure,
      threshold: thresholds.overdueReviewShare,
      message: `the tier reviews of ${percentText(figure)} of the accounts are overdue`,
    },
  ];
}

function unattended(
  ladder: Ladder,
  { digitalPrograms }: HealthFigures,
  { digitalProgramShare, lowerTiersFromRank }: HealthThresholds,
): HealthFinding[] {
  return ladder
    .filter(({ rank }) => rank >= lowerTiersFromRank)
    .flatMap((tier): HealthFinding[] => {
      const share = digitalPrograms.get(tier.key);
      if (share === undefined || share >= digitalProgramShare) return [];
      return [
        {
          code: 'UNDERSERVED_LOWER_TIERS',
          severity: 'WARNING',
          tier: tier.key,
          figure: share,
          threshold: digitalProgramShare,
          message: `the digital programs of ${tier.name} run for ${percentText(share)} of its accounts; they must run for ${percentText(digitalProgramShare)} at least`,
          grounds: 'DIGITAL_PROGRAMS',
        },
      ];
    });
}

function slaMissed(
  { tiers, programs }: Pick<TieringModel, 'tiers' | 'programs'>,
  { answeredInTime }: HealthFigures,
  { answeredInTimeShare, supportMonths }: HealthThresholds,
): HealthFinding[] {
  return tiers.flatMap((tier): HealthFinding[] => {
    const figure = answeredInTime.get(tier.key);
    if (figure === undefined || figure >= answeredInTimeShare) return [];
    const { firstResponse } = programOf({ programs }, tier.key);
    return [
      {
        code: 'SLA_MISSED_BY_TIER',
        severity: 'WARNING',
        tier: tier.key,
        figure,
        threshold: answeredInTimeShare,
        message: `${percentText(figure)} of the tickets of ${tier.name} got their first answer within ${responseText(firstResponse)} over the last ${supportMonths} full months; ${percentText(answeredInTimeShare)} should`,
      },
    ];
  });
}

/** "1 hour", "3 days", "the same business day" */
function responseText({ unit, within: { to } }: FirstResponse): string {
  if (to === 0) return 'the same business day';
  return `${to} ${unit.toLowerCase().replace('_', ' ')}${to === 1 ? '' : 's'}`;
}

function underserved(
  ladder: Ladder,
  { logoChurn }: HealthFigures,
  { logoChurnTimes, lowerTiersFromRank }: HealthThresholds,
): HealthFinding[] {
  const book = logoChurn.get(null) ?? 0;
  if (book === 0) return [];
  return ladder
    .filter(({ rank }) => rank >= lowerTiersFromRank)
    .flatMap((tier): HealthFinding[] => {
      const churn = logoChurn.get(tier.key) ?? 0;
      if (churn <= book * logoChurnTimes) return [];
      return [
        {
          code: 'UNDERSERVED_LOWER_TIERS',
          severity: 'WARNING',
          tier: tier.key,
          figure: churn,
          threshold: book * logoChurnTimes,
          message: `${tier.name} lost ${percentText(churn)} of its accounts within 12 months, the book ${percentText(book)}; look at what its digital programs leave undone`,
          grounds: 'LOGO_CHURN',
        },
      ];
    });
}

function yoYo(figures: HealthFigures, { yoYoMoves }: HealthThresholds): HealthFinding[] {
  if (figures.yoYo === 0) return [];
  return [
    {
      code: 'YO_YO',
      severity: 'WARNING',
      tier: null,
      figure: figures.yoYo,
      threshold: 1,
      message: `${figures.yoYo === 1 ? '1 account' : `${figures.yoYo} accounts`} moved ${yoYoMoves} times or more within 12 months`,
    },
  ];
}

function drifted(ladder: Ladder, { cuts }: HealthFigures, thresholds: HealthThresholds): HealthFinding[] {
  return ladder.flatMap((tier): HealthFinding[] => {
    const { amount, topPercent } = tier.arrFrom;
    const cut = cuts.get(tier.key);
    if (cut === undefined || amount === null || topPercent === null || amount === 0) return [];
    const figure = Math.abs(cut - amount) / amount;
    if (figure <= thresholds.thresholdDrift) return [];
    return [
      {
        code: 'THRESHOLD_DRIFT',
        severity: 'WARNING',
        tier: tier.key,
        figure,
        threshold: thresholds.thresholdDrift,
        message: `the line of ${tier.name} was drawn at ${formatMoney(amount)} for the top ${topPercent}%; today that is ${formatMoney(cut)}. Publish a draft of the model to draw it anew`,
      },
    ];
  });
}

function overSegmented(ladder: Ladder): HealthFinding[] {
  if (ladder.length <= TIERS_BEFORE_WARNING) return [];
  return [
    {
      code: 'OVER_SEGMENTED',
      severity: 'NOTICE',
      tier: null,
      figure: ladder.length,
      threshold: TIERS_BEFORE_WARNING,
      message: `the ladder has ${ladder.length} tiers; merge those that are served alike`,
    },
  ];
}
