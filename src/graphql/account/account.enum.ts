import { CHANGE_OUTCOMES } from '../../app/account-changes';
import { ACCOUNT_ORDER_FIELDS, type AccountOrderField } from '../../app/ports/reads';
import { ACCOUNT_STATUSES, LEVELS } from '../../domain/account';
import { enumOf } from '../enum';

export const AccountStatusEnum = enumOf(
  'AccountStatus',
  ACCOUNT_STATUSES,
  'Whether a company is a customer. Absent counts as ACTIVE.',
  {
    TRIAL: 'Tries the product; without ARR it stands in the lowest tier.',
    FREE: 'Uses a free plan; without ARR it stands in the lowest tier.',
    CHURNED: 'No longer a customer: holds no tier and is not rescored.',
  },
);

export const LevelEnum = enumOf('Level', LEVELS, 'A rough level, of churn risk or of expansion potential.');

export const ChangeOutcomeEnum = enumOf(
  'UpsertOutcome',
  CHANGE_OUTCOMES,
  'What became of one account of an upsert.',
  {
    UNCHANGED: 'Everything was so already; nothing was written.',
    REFUSED: 'The errors say why; nothing of it was written.',
  },
);

export const AccountOrderFieldEnum = enumOf(
  'AccountOrderField',
  Object.keys(ACCOUNT_ORDER_FIELDS) as AccountOrderField[],
  'What a list of accounts can be ordered by.',
  { TIER: 'The rank of the effective tier: ascending is the highest first.' },
);

export const OrderDirectionEnum = enumOf(
  'OrderDirection',
  ['ASC', 'DESC'],
  'Upwards or downwards; missing values come last either way.',
);
