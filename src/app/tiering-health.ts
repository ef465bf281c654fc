import { type ServiceCost } from '../domain/economics';
import { programOf } from '../domain/engagement-program';
import { type RequiredPrograms, requiredPrograms } from '../domain/digital-program';
import { addDays, addMonths, type CalendarDate, parseDate } from '../domain/calendar';
import { formatMoney, hundredthsOf, type Money, parseMoney } from '../domain/money';
import { needsNamedCsm } from '../domain/portfolio';
import { type ServiceFigures } from '../domain/service-health';
import { shareOf } from '../domain/share-target';
import {
  HEALTH_THRESHOLDS,
  type HealthFigures,
  type HealthFinding,
  tieringFindings,
} from '../domain/tiering-health';
import { type TieringModel } from '../domain/tiering-model';
import { capacityOn } from './capacity';
import { economicsOf } from './economics';
import { type DigitalProgramReads } from './ports/digital-program';
import { type Reads } from './ports/reads';
import { type BookFigures, type AccountsBehind, type OwnershipRules } from './ports/tiering-health';

/** A finding, and how the accounts behind it are found. */
export interface FindingWithAccounts extends HealthFinding {
  readonly behind: AccountsBehind;
}

export interface TieringHealth {
  readonly asOf: CalendarDate;
  readonly model: TieringModel;
  readonly findings: readonly FindingWithAccounts[];
}

const MONTHS_BACK = 12;

/**
 * What is unhealthy about the tiers of the book on the day, the most pressing first (spec section 10).
 *
 * @param loadedCost a year of a CSM with an FTE of 1.0
 */
export async function tieringHealth(
  sources: Pick<
    Reads,
    'models' | 'tieringHealth' | 'analytics' | 'capacity' | 'economics' | 'digitalPrograms'
  >,
  today: CalendarDate,
  loadedCost: Money,
): Promise<TieringHealth> {
  const { models, tieringHealth: reads, analytics } = sources;
  const since = addMonths(today, -MONTHS_BACK);
  const thresholds = HEALTH_THRESHOLDS;
  const supportSince = addMonths(parseDate(`${today.slice(0, 7)}-01`), -thresholds.supportMonths);
  const [model, figures, retention, answers] = await Promise.all([
    models.published(),
    reads.figures(today, since, thresholds.yoYoMoves),
    analytics.retention({ by: ['TIER'], from: since, to: today }),
    reads.answeredInTime(supportSince, today),
  ]);
  const rules = ownershipRules(model, today, addDays(today, thresholds.ownerLeavesWithinDays));
  const { kinds, ...service } = await serviceOf(sources, rules, loadedCost);
  const cuts = await cutsOf(model, figures, (places) => reads.arrAtPlaces(places));
  const churn = new Map<string | null, number>();
  for (const { keys, startAccounts, lostAccounts } of retention.rows) {
    const tier = keys[0]?.value ?? null;
    if (tier !== null && startAccounts > 0) churn.set(tier, lostAccounts / startAccounts);
  }
  const { startAccounts, lostAccounts } = retention.totals;
  churn.set(null, startAccounts === 0 ? 0 : lostAccounts / startAccounts);
  const required = requiredPrograms(model);
  const answeredInTime = new Map(
    answers.flatMap(({ tier, tickets, answered }) =>
      tickets === 0 ? [] : [[tier, answered / tickets] as const],
    ),
  );
  const findings = tieringFindings(model, {
    ...figures,
    ...service,
    tiers: sharesOf(figures),
    cuts,
    logoChurn: churn,
    digitalPrograms: await programShares(sources.digitalPrograms, required),
    answeredInTime,
  });
  return {
    asOf: today,
    model,
    findings: findings.map((finding) => ({
      ...finding,
      behind: {
        code: finding.code,
        tier: finding.tier,
        today,
        since,
        yoYoMoves: thresholds.yoYoMoves,
        supportSince,
        between: between(model, cuts, finding),
        tiers: model.tiers.slice(finding.threshold).map(({ key }) => key),
        ownership: rules,
        costs: kinds,
        programs:
          finding.grounds === 'DIGITAL_PROGRAMS'
            ? (required.find(({ tier }) => tier === finding.tier)?.programs ?? [])
            : null,
      },
    })),
  };
}

/** Who looks after the book and what that costs; capacity is worked out only where CSMs are known. */
async function serviceOf(
  sources: Pick<Reads, 'models' | 'tieringHealth' | 'capacity' | 'economics'>,
  rules: OwnershipRules,
  loadedCost: Money,
): Promise<ServiceFigures & { readonly kinds: readonly ServiceCost[] }> {
  const [ownership, economics] = await Promise.all([
    sources.tieringHealth.ownership(rules),
    economicsOf(sources, loadedCost),
  ]);
  const costs = new Map(economics.tiers.map((tier) => [tier.tier, tier]));
  const kinds = economics.costs;
  if (ownership === null) return { staffing: null, costs, kinds };
  const { capacity } = await capacityOn(sources, rules.today, rules.today);
  const fte = new Map(
    capacity.tiers.map(({ tier, load, assigned }) => [tier, { needed: load.limit, assigned }]),
  );
  return { staffing: { ownership, fte, topTier: capacity.topTier }, costs, kinds };
}

function ownershipRules(model: TieringModel, today: CalendarDate, horizon: CalendarDate): OwnershipRules {
  const keysWhere = (holds: (program: ReturnType<typeof programOf>) => boolean): string[] =>
    model.tiers.flatMap(({ key }) => (holds(programOf(model, key)) ? [key] : []));
  return {
    covered: keysWhere(({ coverage }) => coverage.length > 0),
    named: keysWhere(needsNamedCsm),
    sponsored: keysWhere(({ executiveSponsor }) => executiveSponsor),
    today,
    horizon,
  };
}

/** By tier, the share of its accounts for which all runs that it requires; nothing where nobody ever told. */
async function programShares(
  reads: DigitalProgramReads,
  required: readonly RequiredPrograms[],
): Promise<ReadonlyMap<string, number>> {
  if (!(await reads.isAnythingKnown())) return new Map();
  return new Map(
    (await reads.counts(required)).flatMap(({ tier, program, accounts, running }) =>
      program === null && accounts > 0 ? [[tier, running / accounts] as const] : [],
    ),
  );
}

function sharesOf({ tiers }: BookFigures): HealthFigures['tiers'] {
  const accounts = tiers.reduce((sum, tier) => sum + tier.accounts, 0);
  const arr = tiers.reduce((sum, tier) => sum + BigInt(parseMoney(tier.arr)), 0n);
  return new Map(
    tiers.flatMap((tier) =>
      tier.key === null
        ? []
        : [
            [
              tier.key,
              {
                accountShare: tier.accounts / accounts,
                arrShare: shareOf(BigInt(parseMoney(tier.arr)), arr),
              },
            ] as const,
          ],
    ),
  );
}

/** Where the percentile lines of the ladder lie in the book of today. */
async function cutsOf(
  { tiers }: TieringModel,
  figures: BookFigures,
  arrAtPlaces: (places: readonly number[]) => Promise<(string | null)[]>,
): Promise<ReadonlyMap<string, Money>> {
  const paying = figures.tiers.reduce((sum, { accounts }) => sum + accounts, 0);
  const lines = tiers.flatMap(({ key, arrFrom: { topPercent } }) =>
    topPercent === null ? [] : [{ key, place: Math.ceil((paying * hundredthsOf(topPercent)) / 10_000) }],
  );
  if (lines.length === 0 || paying === 0) return new Map();
  const amounts = await arrAtPlaces(lines.map(({ place }) => Math.max(place, 1)));
  return new Map(
    lines.flatMap(({ key }, index) => {
      const amount = amounts[index] ?? null;
      return amount === null ? [] : [[key, parseMoney(amount)] as const];
    }),
  );
}

function between(
  { tiers }: TieringModel,
  cuts: ReadonlyMap<string, Money>,
  { code, tier }: HealthFinding,
): readonly [string, string] | null {
  if (code !== 'THRESHOLD_DRIFT') return null;
  const then = tiers.find(({ key }) => key === tier)?.arrFrom.amount ?? (0 as Money);
  const now = cuts.get(tier ?? '') ?? then;
  return [formatMoney(then < now ? then : now), formatMoney(then < now ? now : then)];
}
