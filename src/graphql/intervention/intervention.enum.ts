import { INTERVENTION_ORDERS } from '../../app/ports/intervention';
import { INTERVENTION_REASONS, INTERVENTION_STATUSES } from '../../domain/intervention';
import { enumOf } from '../enum';

export const InterventionReasonEnum = enumOf(
  'InterventionReason',
  INTERVENTION_REASONS,
  'What raised an intervention; the numbers are those of the built-in model.',
  {
    HEALTH_LOW: 'The health fell below 40.',
    HEALTH_FELL: 'The health fell by 30 points or more within 30 days.',
    STARTED_PAYING: 'A trial or free account started to pay.',
    USAGE_HIGH: 'The usage rose above 80% of what the plan allows.',
    RELATIONSHIP_COMPLEXITY: 'Two or more facts of relationship complexity hold, and no CSM is named.',
  },
);

export const InterventionStatusEnum = enumOf(
  'InterventionStatus',
  INTERVENTION_STATUSES,
  'Where an intervention stands.',
  {
    OPEN: 'Nobody has closed it.',
    COMPLETED: 'A person closed it with a note.',
    ENDED: 'The account churned before anybody closed it.',
  },
);

export const InterventionOrderEnum = enumOf(
  'InterventionOrder',
  INTERVENTION_ORDERS,
  'How interventions are ordered.',
  {
    OLDEST: 'The one that was raised first comes first.',
    NEWEST: 'The one that was raised last comes first.',
    ARR: 'The one of the account with the highest ARR comes first.',
  },
);
