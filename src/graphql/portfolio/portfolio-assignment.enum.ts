import { ASSIGNMENT_OUTCOMES } from '../../app/portfolio.service';
import { enumOf } from '../enum';

export const AssignmentOutcomeEnum = enumOf(
  'AssignmentOutcome',
  ASSIGNMENT_OUTCOMES,
  'What became of one assignment.',
  {
    UNCHANGED: 'It was looked after just so already; nothing was written.',
    REFUSED: 'The errors say why; nothing of it was written.',
  },
);
