import { GUARDRAIL_CODES } from '../../domain/guardrail';
import { CRITERION_KEYS } from '../../domain/tiering-model';
import { enumOf } from '../enum';

export const CriterionKeyEnum = enumOf('CriterionKey', CRITERION_KEYS, 'A weighted part of the score.', {
  CURRENT_ARR: 'Points by bands of the current ARR.',
  EXPANSION_POTENTIAL: 'How much the account may grow within 12 to 24 months.',
  STRATEGIC_VALUE: 'Logo, references, market influence and partnership.',
  PRODUCT_COMPLEXITY: 'Advanced features, integrations and custom configuration.',
});

export const GuardrailCodeEnum = enumOf(
  'GuardrailCode',
  GUARDRAIL_CODES,
  'A rule that bounds, or settles, the tier that the score gives.',
  {
    STRATEGIC_DESIGNATION: 'A designated account is placed in the top tier.',
    NOT_PAYING: 'A trial or free account without ARR is placed in the lowest tier.',
    KEY_ACCOUNT: 'A very large ARR is placed in the top tier.',
    ARR_ONLY: 'Nothing but the ARR is known, so the ARR ladder decides, provisionally.',
    LIFT_LIMIT: 'The score lifts an account only so far above its tier by ARR.',
    DROP_LIMIT: 'The score lowers an account only so far below its tier by ARR.',
    TOP_TIER_NEEDS_PROMISE: 'The top tier needs expansion potential or strategic value.',
    RISKY_WITHOUT_GROWTH: 'High churn risk without growth keeps an account out of the top tier.',
  },
);

export const CounterfactualChangeEnum = enumOf(
  'CounterfactualChange',
  ['ARR', 'EXPANSION_POTENTIAL', 'STRATEGIC_FACTORS', 'PRODUCT_COMPLEXITY', 'CHURN_RISK'],
  'What would have to change.',
);
