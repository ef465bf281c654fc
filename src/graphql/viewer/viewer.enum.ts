import { PERMISSIONS, ROLES } from '../../app/actor';
import { enumOf } from '../enum';

export const RoleEnum = enumOf('Role', ROLES, 'What an actor may do, from the least to the most.', {
  VIEWER: 'Reads everything but audit and tokens.',
  CSM: 'A viewer who also works on the own portfolio.',
  MANAGER: 'A CSM for all accounts, who also decides about tiers.',
  ADMIN: 'Everything.',
});

export const PermissionEnum = enumOf('Permission', PERMISSIONS, 'Something that not every role may do.');
