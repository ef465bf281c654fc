import { MOVEMENT_KINDS } from '../../domain/revenue';
import { enumOf } from '../enum';

export const MovementKindEnum = enumOf(
  'ArrMovementKind',
  MOVEMENT_KINDS,
  'How the ARR of an account moved.',
  {
    NEW: 'From nothing, for the first time.',
    CHURN: 'Down to nothing.',
    REACTIVATION: 'From nothing, after there had been ARR before.',
  },
);

export const MovementSourceEnum = enumOf(
  'ArrMovementSource',
  ['FACTS', 'SUBSCRIPTIONS'],
  'Where an ARR comes from.',
  {
    FACTS: 'Given with the facts of the account.',
    SUBSCRIPTIONS: 'The sum of its subscription lines.',
  },
);
