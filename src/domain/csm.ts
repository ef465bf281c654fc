import { checkExternalId, checkField, checkText } from './account-field';
import { type CalendarDate, parseDate } from './calendar';
import { DomainError } from './errors';
import {
  coveredUntil,
  cutAt,
  firstOverlap,
  inOrder,
  isWithin,
  overlaps,
  type Period,
  periodText,
} from './period';
import { checkMemberships, type PoolMembership } from './pool';

/** Full-time equivalent in whole hundredths: 80 is an FTE of 0.80. */
export type Fte = number & { readonly unit: 'hundredths of an FTE' };

export const FULL_TIME = 100 as Fte;

/** Where nobody knows since when: earlier than any day that is asked about. */
export const SINCE_EVER = parseDate('1900-01-01');

/** How much a CSM works from one day to another; part-time and ramping in are terms of their own. */
export interface EmploymentTerm extends Period {
  readonly fte: Fte;
}

/** Days on which a CSM is away, and who stands in (spec section 7). */
export interface Leave extends Period {
  readonly to: CalendarDate;
  /** The external id of the CSM who stands in. */
  readonly backup: string;
}

/** A customer success manager. */
export interface Csm {
  readonly externalId: string;
  readonly name: string;
  readonly email: string | null;
  readonly regions: readonly string[];
  readonly languages: readonly string[];
  readonly industries: readonly string[];
  /** In order, without overlaps. */
  readonly employment: readonly EmploymentTerm[];
  /** In order, without overlaps. */
  readonly leave: readonly Leave[];
  readonly pools: readonly PoolMembership[];
}

/** What a caller wants to be true of a CSM; absent fields stay as they are. */
export interface CsmValues {
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly regions?: readonly string[] | null | undefined;
  readonly languages?: readonly string[] | null | undefined;
  readonly industries?: readonly string[] | null | undefined;
  readonly employment?: readonly EmploymentTerm[] | null | undefined;
  readonly pools?: readonly PoolMembership[] | null | undefined;
}

const LONGEST_NAME = 300;
const MOST_ENTRIES = 100;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const FTE_RULE = 'must be above 0 and at most 1, with at most 2 decimal places, such as 0.80';

/** Reads an FTE such as "0.8". Throws INVALID_VALUE. */
export function parseFte(text: string): Fte {
  const [, whole, places = ''] = /^([01]?)(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? [];
  return checkFte(whole === undefined ? Number.NaN : Number(whole) * 100 + Number(places.padEnd(2, '0')));
}

/** Checks an FTE in hundredths. Throws INVALID_VALUE unless it is above 0 and at most 100. */
export function checkFte(hundredths: number): Fte {
  if (Number.isInteger(hundredths) && hundredths > 0 && hundredths <= FULL_TIME) return hundredths as Fte;
  throw new DomainError('INVALID_VALUE', `fte ${FTE_RULE}`, ['fte']);
}

/**
 * The CSM after the given values are laid over what is known; each in its one form. A new CSM of whose employment
 * nothing is said works full-time since ever. Throws REQUIRED for a new CSM without a name, else INVALID_VALUE.
 */
export function changeCsm(current: Csm | null, externalId: string, given: CsmValues): Csm {
  const known = current ?? newCsm(checkExternalId(externalId));
  const csm = {
    ...known,
    name: given.name === undefined ? known.name : checkText('name', given.name ?? '', LONGEST_NAME),
    email: given.email === undefined ? known.email : checkEmail(given.email),
    regions: checkList('regions', given.regions, known.regions, (text) => checkField('region', text)),
    languages: checkList('languages', given.languages, known.languages, (text) =>
      checkField('language', text),
    ),
    industries: checkList('industries', given.industries, known.industries, (text) =>
      checkField('industry', text),
    ),
    employment: given.employment === undefined ? known.employment : checkEmployment(given.employment ?? []),
    pools: given.pools === undefined ? known.pools : checkMemberships(given.pools ?? []),
  };
  if (csm.name === '') throw new DomainError('REQUIRED', 'a new CSM needs a name', ['name']);
  return csm;
}

function newCsm(externalId: string): Csm {
  return {
    externalId,
    name: '',
    email: null,
    regions: [],
    languages: [],
    industries: [],
    employment: [{ from: SINCE_EVER, to: null, fte: FULL_TIME }],
    leave: [],
    pools: [],
  };
}

/** The terms in order. Throws INVALID_VALUE where there is none, one ends before it begins, or two overlap. */
export function checkEmployment(terms: readonly EmploymentTerm[]): readonly EmploymentTerm[] {
  const ordered = inOrder(terms).map((term) => ({ ...term, fte: checkFte(term.fte) }));
  if (ordered.length === 0) {
    throw new DomainError('INVALID_VALUE', 'employment needs at least one term; end it with endEmployment', [
      'employment',
    ]);
  }
  for (const term of ordered) checkEnd(term, 'employment');
  const [first, second] = firstOverlap(ordered) ?? [];
  if (first && second) {
    throw new DomainError(
      'INVALID_VALUE',
      `terms of employment must not overlap: one runs ${periodText(first)}, another ${periodText(second)}`,
      ['employment'],
    );
  }
  return ordered;
}

/** Throws INVALID_VALUE for a period that ends on its first day or before. */
export function checkEnd(period: Period, field: string): void {
  if (period.to === null || period.to > period.from) return;
  throw new DomainError(
    'INVALID_VALUE',
    `to (${period.to}) must lie after from (${period.from}); it is the first day that no longer counts`,
    [field],
  );
}

/** The FTE of the day, in hundredths; 0 where the CSM does not work here then. */
export function fteOn({ employment }: Pick<Csm, 'employment'>, day: CalendarDate): number {
  return employment.find((term) => isWithin(term, day))?.fte ?? 0;
}

export function isEmployedOn(csm: Pick<Csm, 'employment'>, day: CalendarDate): boolean {
  return fteOn(csm, day) > 0;
}

/** The leave that the CSM is on; null for one who is there. */
export function leaveOn({ leave }: Pick<Csm, 'leave'>, day: CalendarDate): Leave | null {
  return leave.find((one) => isWithin(one, day)) ?? null;
}

/** Throws NOT_EMPLOYED for a CSM who has left by the day, or has not begun. */
export function refuseUnemployed(csm: Pick<Csm, 'employment' | 'externalId'>, day: CalendarDate): void {
  if (isEmployedOn(csm, day)) return;
  const next = csm.employment.find(({ from }) => from > day);
  const last = csm.employment.findLast(({ from }) => from <= day);
  const why = last?.to ? `left on ${last.to}` : `begins on ${next?.from ?? 'no known day'}`;
  throw new DomainError(
    'NOT_EMPLOYED',
    `"${csm.externalId}" ${why}, so not looking after anybody on ${day}`,
    ['csm'],
  );
}

/**
 * The CSM with a leave more; one that begins on the same day is replaced. Throws INVALID_VALUE for days on which the
 * CSM does not work here and for a backup who is the CSM, LEAVE_OVERLAPS, and BACKUP_AWAY for a backup who is on leave
 * or gone in that time, or where the CSM stands in for somebody then.
 *
 * @param standsInFor the leaves of others whose backup the CSM is
 */
export function grantLeave(csm: Csm, leave: Leave, backup: Csm, standsInFor: readonly Leave[]): Csm {
  checkEnd(leave, 'to');
  if (backup.externalId === csm.externalId) {
    throw new DomainError('INVALID_VALUE', 'the backup must be somebody else', ['backup']);
  }
  if (!worksThroughout(csm, leave)) {
    throw new DomainError(
      'NOT_EMPLOYED',
      `"${csm.externalId}" does not work here on every day ${periodText(leave)}`,
      ['from'],
    );
  }
  const others = csm.leave.filter(({ from }) => from !== leave.from);
  const other = others.find((one) => overlaps(one, leave));
  if (other) {
    throw new DomainError(
      'LEAVE_OVERLAPS',
      `"${csm.externalId}" is on leave ${periodText(other)} already; leaves must not overlap`,
      ['from'],
    );
  }
  refuseAway(backup, leave);
  const promised = standsInFor.find((one) => overlaps(one, leave));
  if (promised) {
    throw new DomainError(
      'BACKUP_AWAY',
      `"${csm.externalId}" stands in for somebody ${periodText(promised)}; name another backup there first`,
      ['from'],
    );
  }
  return { ...csm, leave: inOrder([...others, leave]) };
}

/** Throws BACKUP_AWAY where the backup is on leave or gone on a day of the leave. */
function refuseAway(backup: Csm, leave: Leave): void {
  const away = backup.leave.find((one) => overlaps(one, leave));
  if (away) {
    throw new DomainError(
      'BACKUP_AWAY',
      `"${backup.externalId}" is on leave ${periodText(away)}, so cannot stand in`,
      ['backup'],
    );
  }
  if (!worksThroughout(backup, leave)) {
    throw new DomainError(
      'BACKUP_AWAY',
      `"${backup.externalId}" does not work here on every day ${periodText(leave)}, so cannot stand in`,
      ['backup'],
    );
  }
}

/**
 * The CSM without the leave that begins on the day; of one that has begun, what is past stays. Throws NOT_FOUND
 * where none begins then, WRONG_STATUS for one that is over.
 */
export function cancelLeave(csm: Csm, from: CalendarDate, today: CalendarDate): Csm {
  const leave = csm.leave.find((one) => one.from === from);
  if (!leave)
    throw new DomainError('NOT_FOUND', `no leave of "${csm.externalId}" begins on ${from}`, ['from']);
  if (leave.to <= today) throw new DomainError('WRONG_STATUS', `this leave ended on ${leave.to}`, ['from']);
  const others = csm.leave.filter((one) => one !== leave);
  return { ...csm, leave: from < today ? inOrder([...others, { ...leave, to: today }]) : others };
}

/**
 * The CSM who leaves on the day: terms, pools and leaves end there. Throws NOT_EMPLOYED for one who left before
 * then or who would never have worked here.
 *
 * @param on the first day on which the CSM no longer works here
 */
export function endEmployment(csm: Csm, on: CalendarDate): Csm {
  const last = csm.employment.at(-1);
  if (last?.to && last.to < on) {
    throw new DomainError('NOT_EMPLOYED', `"${csm.externalId}" left on ${last.to} already`, ['on']);
  }
  const employment = cutAt(csm.employment, on);
  if (employment.length === 0) {
    throw new DomainError(
      'NOT_EMPLOYED',
      `"${csm.externalId}" begins on ${csm.employment[0]?.from ?? 'no known day'} only`,
      ['on'],
    );
  }
  return { ...csm, employment, leave: cutAt(csm.leave, on), pools: cutAt(csm.pools, on) };
}

/**
 * The first day from `today` on which the CSM no longer works here, where that is earlier than it was; null for one
 * who stays as long as was known before.
 */
export function leavesEarlier(before: Csm, after: Csm, today: CalendarDate): CalendarDate | null {
  const was = coveredUntil(before.employment, today);
  const is = coveredUntil(after.employment, today);
  return is !== null && (was === null || is < was) ? is : null;
}

/** Throws BACKUP_AWAY where the CSM would be gone in a leave that still lies ahead and names the CSM as backup. */
export function refuseBrokenPromise(csm: Csm, standsInFor: readonly Leave[], today: CalendarDate): void {
  const broken = standsInFor.find((leave) => leave.to > today && !worksThroughout(csm, leave));
  if (broken) {
    throw new DomainError(
      'BACKUP_AWAY',
      `"${csm.externalId}" stands in for somebody ${periodText(broken)}; name another backup there first`,
      ['employment'],
    );
  }
}

function worksThroughout({ employment }: Csm, { from, to }: Leave): boolean {
  const until = coveredUntil(employment, from);
  return until === null || until >= to;
}

function checkEmail(email: string | null): string | null {
  if (email === null) return null;
  const trimmed = checkText('email', email, LONGEST_NAME);
  if (!EMAIL.test(trimmed)) throw new DomainError('INVALID_VALUE', 'email must be an address', ['email']);
  return trimmed;
}

function checkList(
  field: string,
  given: readonly string[] | null | undefined,
  known: readonly string[],
  check: (text: string) => string | null,
): readonly string[] {
  if (given === undefined) return known;
  const list = given ?? [];
  if (list.length > MOST_ENTRIES) {
    throw new DomainError('INVALID_VALUE', `${field} has at most ${MOST_ENTRIES} entries`, [field]);
  }
  try {
    return [...new Set(list.map((text) => check(text) ?? ''))].sort();
  } catch (error) {
    throw error instanceof DomainError
      ? new DomainError(error.code, `${field}: an entry ${error.message.replace(/^\w+ /, '')}`, [field])
      : error;
  }
}
