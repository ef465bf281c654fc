import { SERVICE_STANDINGS } from '../../domain/economics';
import { enumOf } from '../enum';

export const ServiceStandingEnum = enumOf(
  'ServiceStanding',
  SERVICE_STANDINGS,
  'How the cost of a service stands to what the ARR can justify.',
  {
    OVER_SERVED: 'It costs more than the ARR can justify.',
    JUSTIFIED: 'It is in proportion.',
    UNDER_SERVED: 'The ARR could justify the dearer service of the next tier up.',
  },
);
