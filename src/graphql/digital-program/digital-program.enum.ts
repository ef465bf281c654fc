import { PROGRAM_OUTCOMES } from '../../app/digital-program.service';
import { DIGITAL_PROGRAMS } from '../../domain/engagement-program';
import { enumOf } from '../enum';

export const DigitalProgramEnum = enumOf(
  'DigitalProgram',
  DIGITAL_PROGRAMS,
  'A program that runs by itself for an account.',
  {
    NURTURE: 'Campaigns that keep the customer informed.',
    ONBOARDING: 'The welcome or onboarding sequence.',
    HEALTH_MONITORING: 'The automated watch over the health.',
    RENEWAL_NOTICES: 'Notices before a renewal.',
    IN_APP_MESSAGING: 'Messages and tours within the product.',
    RENEWAL_OFFERS: 'Automated offers before a renewal.',
  },
);

export const DigitalProgramOutcomeEnum = enumOf(
  'DigitalProgramOutcome',
  PROGRAM_OUTCOMES,
  'What became of one report of a digital program.',
  {
    SET: 'It is recorded.',
    UNCHANGED: 'It was so already; the day since when stays as it was.',
    REFUSED: 'It was refused; userErrors say why.',
  },
);
