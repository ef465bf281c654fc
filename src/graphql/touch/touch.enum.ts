import { DUE_KINDS } from '../../app/ports/engagement';
import { CONTACT_CHANNELS, TOUCH_KINDS, TOUCH_OUTCOMES } from '../../domain/touch';
import { enumOf } from '../enum';

export const TouchKindEnum = enumOf('TouchKind', TOUCH_KINDS, 'What was done for an account.', {
  TOUCH: 'Somebody reached out by themselves.',
  EVENT: 'Somebody reached out because of an event. It counts as a touch where the program asks for that.',
  BUSINESS_REVIEW: 'A business review: the meeting, or the report that stands for it.',
});

export const DueKindEnum = enumOf('DueTouchKind', DUE_KINDS, 'What is due to an account.', {
  TOUCH: 'To reach out to it.',
  BUSINESS_REVIEW: 'To hold a business review with it, or to send the report that stands for one.',
});

export const ContactChannelEnum = enumOf(
  'ContactChannel',
  CONTACT_CHANNELS,
  'How the customer was reached.',
  {
    CALL: 'By telephone.',
    VIDEO: 'By video.',
    ON_SITE: "At the customer's.",
    EMAIL: 'By e-mail.',
    IN_APP: 'In the product.',
    AUTOMATED: 'By automation, such as a report that is sent.',
    OTHER: 'In another way.',
  },
);

export const TouchOutcomeEnum = enumOf('TouchOutcome', TOUCH_OUTCOMES, 'What came of a touch.', {
  POSITIVE: 'The customer is content.',
  NEUTRAL: 'Nothing to remark.',
  CONCERNING: 'Something has to be looked after.',
  NO_ANSWER: 'The customer did not answer.',
});
