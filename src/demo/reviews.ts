import { type Stamp } from '../app/ports/clock';
import { type Stores } from '../app/ports/stores';
import { completeReviews, keepUpReviews } from '../app/tier-review.service';
import { addDays, type CalendarDate } from '../domain/calendar';
import { confirmsItself } from '../domain/tier-review';
import { type TieringModel } from '../domain/tiering-model';
import { actorOf } from './cast';

/** The reviews of the last quarter are played; what lay before them nobody asks for. */
const REVIEWED_DAYS = 78;
const LAST_ROUND_DAYS = 14;
/** One account in so many is forgotten in the last round. */
const FORGOTTEN = 20;

const NOTES = [
  'Looked at with the account team; the tier fits.',
  'Usage and contacts are as expected. Nothing to change.',
  'Talked to the sponsor; the plan for the next quarter stands.',
  'Facts checked against the CRM. The tier stays.',
  'Discussed in the portfolio round; we keep the present service.',
] as const;

/** The days on which somebody looks at the account's tier: in the last quarter, and mostly once more at its end. */
export function reviewDaysOf(externalId: string, last: CalendarDate): CalendarDate[] {
  const number = numberOf(externalId);
  const first = roundBefore(last, LAST_ROUND_DAYS + (number % REVIEWED_DAYS));
  return number % FORGOTTEN === 0 ? [first] : [first, roundBefore(last, (number * 7) % LAST_ROUND_DAYS)];
}

/** Managers meet once a week: the round that lies at least so many days before the last day. */
function roundBefore(last: CalendarDate, days: number): CalendarDate {
  return addDays(last, -7 * Math.ceil(days / 7));
}

/** Managers complete what is due of these accounts on the morning of the day; low tiers confirm themselves. */
export async function playReviews(
  stores: Stores,
  ids: readonly string[],
  day: CalendarDate,
  model: TieringModel,
): Promise<void> {
  const due = (await stores.accounts.readByIds(ids, day)).filter(
    ({ review }) => review.dueOn !== null && review.dueOn <= day,
  );
  const alone = due.filter(({ review, standing }) => confirmsItself(review, standing, day, model));
  const byPeople = due.filter((account) => !alone.includes(account));
  const manager = actorOf('PEOPLE', day);
  const items = byPeople.map(({ id, externalId }) => ({
    key: { id },
    decision: 'KEEP' as const,
    note: NOTES[numberOf(externalId) % NOTES.length] ?? NOTES[0],
  }));
  if (items.length > 0) await completeReviews(stores, items, stampAt(manager, day, '07:30:00.000Z'));
  const system = stampAt({ id: 'system', name: 'Tierbook' }, day, '00:20:00.000Z');
  await keepUpReviews(
    stores,
    alone.map(({ id }) => id),
    system,
  );
}

function stampAt(
  actor: { readonly id: string; readonly name: string },
  today: CalendarDate,
  time: string,
): Stamp {
  return { actorId: actor.id, actorName: actor.name, now: `${today}T${time}`, today };
}

function numberOf(externalId: string): number {
  return Number(/\d+$/.exec(externalId)?.[0] ?? 0);
}
