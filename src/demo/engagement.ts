import { type Stamp } from '../app/ports/clock';
import { type StoredAccount, type Stores } from '../app/ports/stores';
import { type StoredSupportMonth } from '../app/ports/support';
import { type TouchWrite } from '../app/ports/touch';
import {
  addDays,
  addMonths,
  type CalendarDate,
  daysBetween,
  earlier,
  later,
  parseDate,
} from '../domain/calendar';
import { type Due, type Engagement, nextBusinessReview, nextTouch } from '../domain/engagement';
import { type EngagementProgram, programOf } from '../domain/engagement-program';
import { type TieringModel } from '../domain/tiering-model';
import { type ContactChannel, type Touch } from '../domain/touch';
import { actorOf, momentOf } from './cast';
import { Dice } from './dice';

/** What the CSMs did in the last months; what lay before nobody wrote down. */
const LOGGED_DAYS = 395;
const SUPPORT_MONTHS = 13;

/** A tier from a day on; null for none. */
export interface TierFrom {
  readonly day: CalendarDate;
  readonly tier: string | null;
}

/** How good the service of each tier is, by its rank: touches in time, and tickets answered in time. */
const SERVICE: readonly { readonly inTime: number; readonly answered: number; readonly tickets: number }[] = [
  { inTime: 0.95, answered: 0.97, tickets: 9 },
  { inTime: 0.9, answered: 0.94, tickets: 5 },
  { inTime: 0.85, answered: 0.83, tickets: 2 },
  { inTime: 0.85, answered: 0.92, tickets: 1 },
];

const CHANNELS: readonly (readonly ContactChannel[])[] = [
  ['CALL', 'VIDEO', 'VIDEO', 'ON_SITE'],
  ['EMAIL', 'CALL', 'VIDEO'],
  ['IN_APP', 'EMAIL'],
  ['AUTOMATED'],
];

const NOTES = [
  'Went through the open questions; the next steps are agreed.',
  'Showed what is new and how other teams use it.',
  'The sponsor is content; a second team wants to join.',
  'Adoption stalls in one team; training is arranged.',
] as const;

/** Lets the CSMs log what they did for the accounts, week by week, and support tell its figures. */
export async function playEngagement(
  stores: Stores,
  accounts: readonly StoredAccount[],
  tiersOf: (id: string) => readonly TierFrom[],
  model: TieringModel,
  today: CalendarDate,
): Promise<void> {
  const csms = await csmsOf(stores, accounts);
  const weeks = new Map<CalendarDate, TouchWrite[]>();
  const months: StoredSupportMonth[] = [];
  for (const account of accounts) {
    const csmId = csms.get(account.id) ?? null;
    for (const touch of touchesOf(account, tiersOf(account.id), model, today)) {
      const week = earlier(today, addDays(touch.on, 6 - (daysBetween(EPOCH, touch.on) % 7)));
      const logged = weeks.get(week) ?? [];
      logged.push({ ...touch, accountId: account.id, csmId });
      weeks.set(week, logged);
    }
    months.push(...supportOf(account, tiersOf(account.id), model, today));
  }
  for (const [day, touches] of [...weeks].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { id, name } = actorOf('PEOPLE', day);
    const stamp: Stamp = { actorId: id, actorName: name, now: momentOf('PEOPLE', day), today: day };
    await stores.touches.add(touches, stamp);
  }
  const { id, name } = actorOf('PRODUCT', today);
  await stores.support.save(months, {
    actorId: id,
    actorName: name,
    now: momentOf('PRODUCT', today),
    today,
  });
}

const EPOCH = parseDate('1970-01-01');

/** The CSM of each account that has one of its own. */
async function csmsOf(stores: Stores, accounts: readonly StoredAccount[]): Promise<Map<string, string>> {
  const history = await stores.portfolios.historyOf(accounts.map(({ id }) => id));
  const owners = [...history].flatMap(([id, assignments]) => {
    const owner = assignments.find(({ to }) => to === null)?.owner;
    return owner?.kind === 'CSM' ? [{ id, csm: owner.externalId }] : [];
  });
  const csms = await stores.csms.byExternalIds([...new Set(owners.map(({ csm }) => csm))]);
  return new Map(
    owners.flatMap(({ id, csm }) => {
      const found = csms.get(csm);
      return found === undefined ? [] : [[id, found.id] as const];
    }),
  );
}

/** What was done for an account: mostly between the first and the last day for it, sometimes late. */
function touchesOf(
  { externalId, values }: StoredAccount,
  tiers: readonly TierFrom[],
  model: TieringModel,
  today: CalendarDate,
): Touch[] {
  const dice = new Dice(`engagement ${externalId}`);
  const since = addDays(today, -LOGGED_DAYS);
  const touches: Touch[] = [];
  let servedSince: CalendarDate | null = null;
  let lastTouchOn: CalendarDate | null = null;
  let lastBusinessReviewOn: CalendarDate | null = null;
  tiers.forEach(({ day, tier }, index) => {
    if (tier === null) {
      servedSince = null;
      return;
    }
    servedSince ??= day;
    const rank = model.tiers.find(({ key }) => key === tier)?.rank ?? model.tiers.length;
    const until = tiers[index + 1]?.day ?? addDays(today, 1);
    const program = programOf(model, tier);
    const engagement: Omit<Engagement, 'lastTouchOn' | 'lastBusinessReviewOn'> = {
      arr: values.arr,
      customerSince: values.customerSince,
      servedSince,
      tierSince: day,
      lastEventOn: null,
    };
    const each = (
      last: CalendarDate | null,
      next: (last: CalendarDate | null) => Due | null,
      touch: Pick<Touch, 'kind'>,
    ): CalendarDate | null => {
      for (let due = next(last); due !== null; due = next(last)) {
        const on = later(later(day, addDays(last ?? day, 1)), doneOn(due, rank, dice));
        if (on >= until) return last;
        last = on;
        if (on >= since) touches.push({ ...touch, ...wordsOf(on, touch.kind, rank, program, dice) });
      }
      return last;
    };
    lastTouchOn = each(
      lastTouchOn,
      (last) => nextTouch({ ...engagement, lastTouchOn: last, lastBusinessReviewOn }, program, today),
      { kind: 'TOUCH' },
    );
    lastBusinessReviewOn = each(
      lastBusinessReviewOn,
      (last) =>
        nextBusinessReview({ ...engagement, lastTouchOn, lastBusinessReviewOn: last }, program, today),
      { kind: 'BUSINESS_REVIEW' },
    );
  });
  return touches;
}

function doneOn({ dueFrom, dueOn }: Due, rank: number, dice: Dice): CalendarDate {
  const { inTime = 1 } = SERVICE[rank - 1] ?? {};
  const room = daysBetween(dueFrom, dueOn);
  return dice.chance(inTime)
    ? addDays(dueOn, -dice.whole(0, Math.max(room, 3)))
    : addDays(dueOn, dice.whole(1, 21));
}

function wordsOf(
  on: CalendarDate,
  kind: Touch['kind'],
  rank: number,
  { businessReviews }: EngagementProgram,
  dice: Dice,
): Omit<Touch, 'kind'> {
  const isReview = kind === 'BUSINESS_REVIEW';
  const isReport = isReview && businessReviews?.format === 'AUTOMATED_REPORT';
  const skipped = isReview && !isReport && businessReviews?.maySkip === true && dice.chance(0.06);
  const usual: readonly ContactChannel[] = CHANNELS[rank - 1] ?? ['OTHER'];
  const channel = isReport ? 'AUTOMATED' : isReview ? 'VIDEO' : dice.pick(usual);
  if (skipped) {
    return {
      on,
      channel: 'OTHER',
      outcome: null,
      note: 'The customer asked to leave this one out.',
      skipped,
    };
  }
  return {
    on,
    channel,
    outcome: isReport
      ? null
      : dice.weighted([
          ['POSITIVE', 6],
          ['NEUTRAL', 3],
          ['CONCERNING', 1],
        ] as const),
    note: rank <= 2 && dice.chance(0.3) ? dice.pick(NOTES) : null,
    skipped,
  };
}

/** Figures of the last full months in which the account had a tier. */
function supportOf(
  { id, externalId, values }: StoredAccount,
  tiers: readonly TierFrom[],
  model: TieringModel,
  today: CalendarDate,
): StoredSupportMonth[] {
  const dice = new Dice(`support ${externalId}`);
  const first = parseDate(`${today.slice(0, 7)}-01`);
  let adoption = Math.min(98, Math.max(8, (values.healthScore ?? 60) + dice.between(-20, 15)));
  return Array.from({ length: SUPPORT_MONTHS }, (_, back) => addMonths(first, back - SUPPORT_MONTHS)).flatMap(
    (month): StoredSupportMonth[] => {
      const last = addDays(addMonths(month, 1), -1);
      const tier = tiers.findLast(({ day }) => day <= last)?.tier ?? null;
      const rank = model.tiers.find(({ key }) => key === tier)?.rank;
      const service = SERVICE[(rank ?? 0) - 1];
      if (service === undefined) return [];
      const tickets = Math.round(service.tickets * dice.between(0, 2));
      const answered = Array.from({ length: tickets }, () => dice.chance(service.answered));
      adoption = Math.min(99, Math.max(3, adoption + dice.between(-4, 4.5)));
      return [
        {
          accountId: id,
          month,
          tickets,
          answeredInTime: answered.filter(Boolean).length,
          adoptionPercent: dice.chance(0.9) ? Math.round(adoption * 10) / 10 : null,
        },
      ];
    },
  );
}
