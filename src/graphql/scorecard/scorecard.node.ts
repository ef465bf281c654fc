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

/** A scorecard as the API shows it; what has to be worked out is worked out when it is asked for. */
export class ScorecardNode implements ScorecardType {
  readonly modelVersion: number;
  readonly total: string;
  readonly completeness: number;
  readonly criteria: ScorecardType['criteria'];
  readonly expansionPotential: string | null;
  readonly scoreTier: TierType;
  readonly ladderTier: TierType;
  readonly guardrails: ScorecardType['guardrails'];
  readonly computedTier: TierType | null;
  readonly provisional: boolean;
  readonly opensReview: boolean;

  constructor(
    private readonly scorecard: Scorecard,
    private readonly factsBehind: () => AccountFacts,
    private readonly model: TieringModel,
    readonly scoredOn: CalendarDate,
  ) {
    const tier = tiersOf(model);
    this.modelVersion = scorecard.modelVersion;
    this.total = formatHundredths(scorecard.total);
    this.completeness = scorecard.completeness / 100;
    this.criteria = scorecard.criteria.map((criterion) => ({
      ...criterion,
      weight: formatHundredths(criterion.weight),
      contribution: formatHundredths(criterion.contribution),
    }));
    this.expansionPotential = scorecard.expansionPotential;
    this.scoreTier = tier.existing(scorecard.scoreTier);
    this.ladderTier = tier.existing(scorecard.ladderTier);
    this.guardrails = scorecard.guardrails.map(({ code, from, to }) => ({
      code,
      from: tier.existing(from),
      to: tier.existing(to),
    }));
    this.computedTier = tier(scorecard.computedTier);
    this.provisional = scorecard.provisional;
    this.opensReview = scorecard.opensReview;
  }

  /** The scorecard of a stored row under the model that made it. */
  static ofView(view: ScorecardView, model: TieringModel): ScorecardNode {
    const scorecard = {
      ...view,
      total: hundredthsOf(Number(view.total)),
      completeness: hundredthsOf(Number(view.completeness)),
    } as Scorecard;
    return new ScorecardNode(scorecard, () => factsOfView(view), model, view.scoredOn);
  }

  get explanation(): readonly string[] {
    return explainScorecard(this.scorecard, this.model);
  }

  get counterfactuals(): readonly CounterfactualType[] {
    const tier = tiersOf(this.model);
    return counterfactuals(this.factsBehind(), this.scorecard, this.model, this.scoredOn).map((found) => ({
      ...found,
      tier: tier.existing(found.tier),
    }));
  }
}

/** The facts that a stored scorecard rests on; amounts were kept as text. */
function factsOfView({ facts }: ScorecardView): AccountFacts {
  if (facts === null) throw new Error('the facts of the scorecard were not read');
  const read: Record<string, unknown> = {};
  for (const field of FACT_FIELDS) {
    const value = facts[field] ?? null;
    read[field] = typeof value === 'string' && FIELD_KINDS[field] === 'money' ? parseMoney(value) : value;
  }
  return read as unknown as AccountFacts;
}
