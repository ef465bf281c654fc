import { TARGET_STANDINGS } from '../../domain/share-target';
import { MOVER_KINDS } from '../../domain/simulation';
import { enumOf } from '../enum';

export const MoverKindEnum = enumOf(
  'SimulationMoverKind',
  MOVER_KINDS,
  'What publishing would do to an account. A move of its effective tier counts before what becomes of a pending downgrade.',
  {
    PLACED: 'It would get its first tier.',
    UP: 'Its effective tier would rise at once.',
    DOWN: 'Its effective tier would fall at once: its grace ends today, or its tier is dropped.',
    RENAMED: 'Its tier would give way to a successor of the same rank.',
    UNDERNEATH: 'Its held tier would change under an override that stays.',
    PENDING: 'A pending downgrade would open.',
    RETARGETED: 'Its pending downgrade would lead to another tier, on the same day.',
    CANCELLED: 'Its pending downgrade would be cancelled.',
  },
);

export const TargetStandingEnum = enumOf(
  'TargetStanding',
  TARGET_STANDINGS,
  'How a share stands to its target.',
);
