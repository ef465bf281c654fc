import { addMonths, type CalendarDate, parseDate } from '../domain/calendar';
import { formatMoney, hundredthsOf, type Money, parseMoney } from '../domain/money';
import { shareOf } from '../domain/share-target';
import {
  HEALTH_THRESHOLDS,
  type HealthFigures,
  type HealthFinding,
  tieringFindings,
} from '../domain/tiering-health';
import { type TieringModel } from '../domain/tiering-model';
import { type Reads } from './ports/reads';
import { type BookFigures, type AccountsBehind } from './ports/tiering-health';

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

/** What is unhealthy about the tiers of the book on the day, the most pressing first (spec section 10). */
export async function tieringHealth(
  { models, tieringHealth: reads, analytics }: Pick<Reads, 'models' | 'tieringHealth' | 'analytics'>,
  today: CalendarDate,
): Promise<TieringHealth> {
  const since = addMonths(today, -MONTHS_BACK);
  const thresholds = HEALTH_THRESHOLDS;
  const supportSince = addMonths(parseDate(`${today.slice(0, 7)}-01`), -thresholds.supportMonths);
  const [model, figures, retention, answers] = await Promise.all([
    models.published(),
    reads.figures(today, since, thresholds.yoYoMoves),
    analytics.retention({ by: ['TIER'], from: since, to: today }),
    reads.answeredInTime(supportSince, today),
  ]);
  const cuts = await cutsOf(model, figures, (places) => reads.arrAtPlaces(places));
  const churn = new Map<string | null, number>();
  for (const { keys, startAccounts, lostAccounts } of retention.rows) {
    const tier = keys[0]?.value ?? null;
    if (tier !== null && startAccounts > 0) churn.set(tier, lostAccounts / startAccounts);
  }
  const { startAccounts, lostAccounts } = retention.totals;
  churn.set(null, startAccounts === 0 ? 0 : lostAccounts / startAccounts);
  const answeredInTime = new Map(
    answers.flatMap(({ tier, tickets, answered }) =>
      tickets === 0 ? [] : [[tier, answered / tickets] as const],
    ),
  );
  const findings = tieringFindings(model, {
    ...figures,
    tiers: sharesOf(figures),
    cuts,
    logoChurn: churn,
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
      },
    })),
  };
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
