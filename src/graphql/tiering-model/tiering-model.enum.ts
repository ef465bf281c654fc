import { LADDER_FORMS } from '../../domain/calibration';
import { MODEL_FINDING_CODES } from '../../domain/model-check';
import { MODEL_STATUSES } from '../../domain/tiering-model';
import { enumOf } from '../enum';

export const ModelStatusEnum = enumOf(
  'TieringModelStatus',
  MODEL_STATUSES,
  'Whether a tiering model is in force.',
);

export const MissingFactsEnum = enumOf(
  'MissingFacts',
  ['LOWEST_BAND', 'REDISTRIBUTE'],
  'What a criterion without facts does to the score.',
  {
    LOWEST_BAND: 'It scores the lowest band.',
    REDISTRIBUTE: 'Its weight is spread over the criteria that have facts.',
  },
);

export const ModelFindingCodeEnum = enumOf(
  'ModelFindingCode',
  MODEL_FINDING_CODES,
  'What is wrong, or doubtful, about a tiering model.',
  {
    WEIGHTS_NOT_100: 'The weights of the criteria do not add up to exactly 100.',
    FLOORS_NOT_FALLING: 'A score floor is not below that of the tier above.',
    LADDER_NOT_FALLING: 'A line of the ARR ladder is not below the one above.',
    LADDER_NOT_TO_ZERO: 'The lowest line is not 0, so that small accounts would have no tier.',
    SUCCESSOR_MISSING: 'A tier of the published ladder is dropped without a tier that takes its accounts.',
    PROGRAM_UNCLEAR: 'A part of an engagement program cannot be followed as it stands.',
    OVER_SEGMENTED: 'More than 4 tiers: allowed, and hard to tell apart in service.',
  },
);

export const LadderFormEnum = enumOf(
  'LadderForm',
  LADDER_FORMS,
  'How the lines of the ladder and of the ARR bands are given.',
  {
    PERCENTILES: 'As percentages of the book by ARR, which become amounts when the model is published.',
  },
);
