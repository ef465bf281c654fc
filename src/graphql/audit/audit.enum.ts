import { AUDIT_ACTIONS, AUDIT_SUBJECTS } from '../../app/ports/audit';
import { enumOf } from '../enum';

export const AuditActionEnum = enumOf('AuditAction', AUDIT_ACTIONS, 'What was done to the subject.');

export const AuditSubjectEnum = enumOf('AuditSubject', AUDIT_SUBJECTS, 'What kind of thing was written.', {
  CSM_EMPLOYMENT: 'A term of employment of a CSM.',
  CSM_LEAVE: 'A leave of a CSM.',
  DIGITAL_PROGRAM: 'Whether a digital program runs for an account.',
  POOL_MEMBERSHIP: 'The time for which a CSM belongs to a pool.',
  SUPPORT_MONTH: 'The support figures of an account in a month.',
  TIER_REVIEW: 'A tier review that was completed.',
});
