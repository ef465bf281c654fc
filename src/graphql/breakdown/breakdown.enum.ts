import { DIMENSIONS } from '../../domain/segment';
import { enumOf } from '../enum';

export const DimensionEnum = enumOf(
  'Dimension',
  DIMENSIONS,
  'What the book can be grouped by. Unknown values are a group of their own, with the value null.',
);

export const TierBasisEnum = enumOf(
  'TierBasis',
  ['RECORDED', 'PUBLISHED_MODEL'],
  'Which tiers count on a past day.',
  {
    RECORDED: 'Those that were recorded then.',
    PUBLISHED_MODEL: 'Those in which the published model of today places the facts of that day.',
  },
);
