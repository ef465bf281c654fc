import { type ScorecardView } from '../../app/ports/reads';
import { type AccountFacts, FACT_FIELDS } from '../../domain/account';
import { FIELD_KINDS } from '../../domain/account-field';
import { type CalendarDate } from '../../domain/calendar';
import { counterfactuals } from '../../domain/counterfactual';
import { explainScorecard } from '../../domain/explanation';
import { formatHundredths, hundredthsOf, parseMoney } from '../../domain/money';
import { type Scorecard } from '../../domain/scorecard';
import { type TieringModel } from '../../domain/tiering-model';
import { tiersOf } from '../tiering-model/tiers';
import { type TierType } from '../tiering-model/tier.type';
import { type CounterfactualType, type ScorecardType } from './scorecard.type';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The parts that are kept once they are made: a compiled query looks at a list three times. */
type Kept = Mutable<
  Partial<Pick<ScorecardType, 'criteria' | 'guardrails' | 'explanation' | 'counterfactuals'>>
>;

/** A scorecard as the API shows it, each part made when it is asked for. */
export class ScorecardNode implements ScorecardType {
  private readonly kept: Kept = {};

  constructor(
    private readonly scorecard: Scorecard,
    private readonly factsBehind: () => AccountFacts,
    private readonly model: TieringModel,
    readonly scoredOn: CalendarDate,
  ) {}

  /**
   * The scorecard of a stored row under the model that made it, with what was read of it. The row is fresh from the
   * database, so it is changed in place.
   */
  static ofView(view: ScorecardView, model: TieringModel): ScorecardNode {
    const { total, completeness } = view;
    const scorecard = view as unknown as Mutable<Scorecard>;
    scorecard.total = hundredthsOf(Number(total));
    scorecard.completeness = hundredthsOf(Number(completeness));
    return new ScorecardNode(scorecard, () => factsOfView(view), model, view.scoredOn);
  }

  get modelVersion(): number {
    return this.scorecard.modelVersion;
  }

  get total(): string {
    return formatHundredths(this.scorecard.total);
  }

  get completeness(): number {
    return this.scorecard.completeness / 100;
  }

  get criteria(): ScorecardType['criteria'] {
    return (this.kept.criteria ??= this.scorecard.criteria.map(
      ({ key, fact, points, weight, contribution, missing }) => ({
        key,
        fact,
        points,
        weight: formatHundredths(weight),
        contribution: formatHundredths(contribution),
        missing,
      }),
    ));
  }

  get expansionPotential(): string | null {
    return this.scorecard.expansionPotential;
  }

  get scoreTier(): TierType {
    return tiersOf(this.model).existing(this.scorecard.scoreTier);
  }

  get ladderTier(): TierType {
    return tiersOf(this.model).existing(this.scorecard.ladderTier);
  }

  get guardrails(): ScorecardType['guardrails'] {
    const tier = tiersOf(this.model);
    return (this.kept.guardrails ??= this.scorecard.guardrails.map(({ code, from, to }) => ({
      code,
      from: tier.existing(from),
      to: tier.existing(to),
    })));
  }

  get computedTier(): TierType | null {
    return tiersOf(this.model)(this.scorecard.computedTier);
  }

  get provisional(): boolean {
    return this.scorecard.provisional;
  }

  get opensReview(): boolean {
    return this.scorecard.opensReview;
  }

  get explanation(): readonly string[] {
    return (this.kept.explanation ??= explainScorecard(this.scorecard, this.model));
  }

  get counterfactuals(): readonly CounterfactualType[] {
    const tier = tiersOf(this.model);
    return (this.kept.counterfactuals ??= counterfactuals(
      this.factsBehind(),
      this.scorecard,
      this.model,
      this.scoredOn,
    ).map((found) => ({ ...found, tier: tier.existing(found.tier) })));
  }
}

/** The facts that a stored scorecard rests on; amounts were kept as text. */
function factsOfView({ facts }: ScorecardView): AccountFacts {
  const read: Record<string, unknown> = {};
  for (const field of FACT_FIELDS) {
    const value = facts[field] ?? null;
    read[field] = typeof value === 'string' && FIELD_KINDS[field] === 'money' ? parseMoney(value) : value;
  }
  return read as unknown as AccountFacts;
}
