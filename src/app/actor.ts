import { DomainError } from '../domain/errors';
import { SYSTEM_AUTHOR } from './ports/clock';

/** The roles of section 13, from the least to the most that they may do. */
export const ROLES = ['VIEWER', 'CSM', 'MANAGER', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

/** What an actor may do; each permission names the least role that has it. */
const LEAST_ROLE = {
  READ: 'VIEWER',
  COMPLETE_INTERVENTION: 'CSM',
  LOG_TOUCH: 'CSM',
  REQUEST_OVERRIDE: 'CSM',
  SAVE_SEGMENT: 'CSM',
  ASSIGN: 'MANAGER',
  COMPLETE_REVIEW: 'MANAGER',
  DECIDE_ADJUSTMENT: 'MANAGER',
  DECIDE_OVERRIDE: 'MANAGER',
  EDIT_DRAFT: 'MANAGER',
  SIMULATE: 'MANAGER',
  DESIGNATE: 'MANAGER',
  MANAGE_CSMS: 'MANAGER',
  SET_DIGITAL_PROGRAMS: 'MANAGER',
  IMPORT: 'ADMIN',
  RECALCULATE: 'ADMIN',
  MANAGE_TOKENS: 'ADMIN',
  READ_AUDIT: 'ADMIN',
  MANAGE_WEBHOOKS: 'ADMIN',
  PUBLISH_MODEL: 'ADMIN',
} as const satisfies Record<string, Role>;

export type Permission = keyof typeof LEAST_ROLE;
export const PERMISSIONS = Object.keys(LEAST_ROLE) as Permission[];

/** Who acts: a person, a script with an API token, the command line, or Tierbook itself. */
export interface Actor {
  readonly kind: 'PERSON' | 'TOKEN' | 'COMMAND_LINE' | 'SYSTEM';
  /** Stable and unique among actors; it is written beside everything that the actor does. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The CSM that the actor is, by whom the own portfolio is found; null for everybody else. */
  readonly csmId: string | null;
  /** The request in which the actor acts; absent outside one. */
  readonly requestId?: string | undefined;
}

export const SYSTEM: Actor = {
  kind: 'SYSTEM',
  ...SYSTEM_AUTHOR,
  role: 'ADMIN',
  csmId: null,
};
export const COMMAND_LINE: Actor = {
  kind: 'COMMAND_LINE',
  id: 'cli',
  name: 'Command line',
  role: 'ADMIN',
  csmId: null,
};

/** Whether the actor's role has the permission (spec section 13). */
export function may(actor: Actor, permission: Permission): boolean {
  return ROLES.indexOf(actor.role) >= ROLES.indexOf(LEAST_ROLE[permission]);
}

/** Throws FORBIDDEN unless the actor has the permission. */
export function authorise(actor: Actor, permission: Permission): void {
  if (!may(actor, permission)) {
    throw new DomainError(
      'FORBIDDEN',
      `this needs the role ${LEAST_ROLE[permission]} or above; ${whoseRole(actor)} ${actor.role}`,
    );
  }
}

// People know who they are; of several tokens, it helps to know which one it was.
function whoseRole({ kind, name }: Actor): string {
  return kind === 'TOKEN' ? `the token "${name}" has the role` : 'yours is';
}
