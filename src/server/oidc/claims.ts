import { type Role, ROLES } from '../../app/actor';
import { isReadable } from '../../domain/account-field';
import { type Claims } from './access-token';

/** The role's own claim: the name of a role, or a list of them. */
export const ROLE_CLAIM = 'tierbook_role';
/** A list that other applications use too, for providers whose claims have fixed names. */
export const ROLES_CLAIM = 'roles';
export const ROLE_PREFIX = 'tierbook:';
export const CSM_CLAIM = 'tierbook_csm';

const LONGEST_TEXT = 200;

/**
 * The role that the claims give: that of `tierbook_role`; where there is no such claim, that of the entries of `roles`
 * that begin with "tierbook:". Of several the one that may most counts. MISSING where none is given, UNKNOWN where any
 * of them is no role: whoever made it meant something that is not known here.
 */
export function roleOf(claims: Claims): Role | 'MISSING' | 'UNKNOWN' {
  const names = roleNames(claims);
  if (names.length === 0) return 'MISSING';
  const ranks = names.map((name) => (ROLES as readonly unknown[]).indexOf(name));
  if (ranks.includes(-1)) return 'UNKNOWN';
  return ROLES[Math.max(...ranks)] ?? 'UNKNOWN';
}

function roleNames({ [ROLE_CLAIM]: own, [ROLES_CLAIM]: shared }: Claims): unknown[] {
  if (own !== undefined) return Array.isArray(own) ? own : [own];
  return listOf(shared)
    .filter((entry) => typeof entry === 'string')
    .filter((entry) => entry.startsWith(ROLE_PREFIX))
    .map((entry) => entry.slice(ROLE_PREFIX.length));
}

/** How the claims say which CSM the person is. */
export type CsmKey = { readonly externalId: string } | { readonly email: string };

/**
 * The external id of `tierbook_csm`; where there is no such claim, the e-mail, if the provider says that it was
 * verified: otherwise people could make themselves somebody else. Null for somebody who is no CSM.
 */
export function csmKeyOf({ [CSM_CLAIM]: csm, email, email_verified: verified }: Claims): CsmKey | null {
  if (csm !== undefined) return isUsable(csm) ? { externalId: csm } : null;
  return isUsable(email) && (verified === true || verified === 'true') ? { email } : null;
}

/** What the person is called: the first usable of `name`, `preferred_username` and `email`, else the subject. */
export function nameOf({ name, preferred_username: username, email, sub }: Claims): string {
  return [name, username, email].find(isUsable)?.trim() ?? sub;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isUsable(value: unknown): value is string {
  return (
    typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT && isReadable(value)
  );
}
