import { COMMAND_LINE, type Role } from '../../app/actor';
import { type TokenView } from '../../app/ports/token-list';
import { type CalendarDate } from '../../domain/calendar';
import { EXIT, type ExitCode, print, type Session } from '../session';
import { withBook } from '../with-book';

/** The columns of the list and how wide they are; the names come last, since they may be long. */
const TOKEN_COLUMNS = [
  ['PREFIX', 8],
  ['ROLE', 7],
  ['STATE', 7],
  ['CREATED', 10],
  ['EXPIRES', 10],
  ['LAST USED', 10],
  ['CSM', 12],
  ['NAME', 0],
] as const;
const TOKENS_AT_ONCE = 500;

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

/** `tierbook token list` */
export async function runTokenList(session: Session): Promise<ExitCode> {
  await withBook(session, async ({ tokens }) => {
    print(session.stdout, [
      TOKEN_COLUMNS.map(([title, width]) => title.padEnd(width))
        .join(' ')
        .trimEnd(),
    ]);
    let last: TokenView | undefined;
    do {
      const window = { size: TOKENS_AT_ONCE, backward: false, after: last?.cursor ?? null };
      const views = (await tokens.page(COMMAND_LINE, {}, window)).slice(0, TOKENS_AT_ONCE);
      print(session.stdout, views.map(tokenLine));
      last = views.length === TOKENS_AT_ONCE ? views.at(-1) : undefined;
    } while (last !== undefined);
  });
  return EXIT.DONE;
}

function tokenLine(token: TokenView): string {
  const state = token.revokedAt !== null ? 'revoked' : token.usable ? 'usable' : 'expired';
  const cells = [
    token.prefix,
    token.role,
    state,
    dayOf(token.createdAt),
    dayOf(token.expiresAt),
    dayOf(token.lastUsedAt),
    token.csmExternalId ?? '-',
    token.name,
  ];
  return cells
    .map((cell, index) => cell.padEnd(TOKEN_COLUMNS[index]?.[1] ?? 0))
    .join(' ')
    .trimEnd();
}

/** The day of a moment in UTC. */
function dayOf(moment: string | null): string {
  return moment?.slice(0, 10) ?? '-';
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
