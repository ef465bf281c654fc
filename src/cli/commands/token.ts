import { COMMAND_LINE, type Role } from '../../app/actor';
import { type CalendarDate } from '../../domain/calendar';
import { EXIT, type ExitCode, print, type Session } from '../session';
import { withBook } from '../with-book';

export interface TokenArguments {
  readonly name: string;
  readonly role: Role;
  /** The first day on which it is refused. */
  readonly expires?: CalendarDate;
  /** The external id of the CSM whose portfolio is its own. */
  readonly csm?: string;
}

/** `tierbook token create`: the text alone goes to stdout, so that scripts can take it. */
export async function runTokenCreate(
  session: Session,
  { name, role, expires, csm }: TokenArguments,
): Promise<ExitCode> {
  const { token, text } = await withBook(session, ({ tokens }, { businessTimeZone }) => {
    const expiresAt = expires === undefined ? null : startOfDay(expires, businessTimeZone);
    return tokens.create(COMMAND_LINE, name, role, expiresAt, csm ?? null);
  });
  const until = token.expiresAt === null ? 'it does not expire' : `it is refused from ${token.expiresAt} on`;
  print(session.stdout, [text]);
  print(session.stderr, [
    `This is the token "${token.name}" with the role ${token.role}; ${until}. Keep it: it is not shown again.`,
  ]);
  return EXIT.DONE;
}

/** `tierbook token revoke` */
export async function runTokenRevoke(session: Session, nameOrPrefix: string): Promise<ExitCode> {
  const revoked = await withBook(session, ({ tokens }) => tokens.revoke(COMMAND_LINE, nameOrPrefix));
  print(
    session.stdout,
    revoked.map(({ name, prefix, role }) => `Revoked the token "${name}" (${prefix}…, ${role}).`),
  );
  return EXIT.DONE;
}

/** The moment at which the day begins in the time zone, ISO 8601 in UTC. */
export function startOfDay(day: CalendarDate, timeZone: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // The second look is for days on which the clocks change between the two moments.
  const near = midnight - offsetAt(midnight, timeZone);
  return new Date(midnight - offsetAt(near, timeZone)).toISOString();
}

/** How far the clocks of the zone are ahead of UTC, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
  // Swedish writes moments as 2028-02-29 13:30:00.
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return Date.parse(`${local.format(moment).replace(' ', 'T')}Z`) - moment;
}
