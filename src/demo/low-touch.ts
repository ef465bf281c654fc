import { setDigitalPrograms } from '../app/digital-program.service';
import { InterventionService } from '../app/intervention.service';
import { type Clock, type Stamp } from '../app/ports/clock';
import { type InterventionStore } from '../app/ports/intervention';
import { type StoredAccount, type Stores, type UnitOfWork } from '../app/ports/stores';
import { recordBatch } from '../app/renewal-notice.service';
import { addDays, type CalendarDate, daysBetween, earlier, later } from '../domain/calendar';
import { programOf } from '../domain/engagement-program';
import { type InterventionReason, isLowTouch } from '../domain/intervention';
import { effectiveTier } from '../domain/standing';
import { lowestTier } from '../domain/tier';
import { type TieringModel } from '../domain/tiering-model';
import { actorOf, dayOfSource } from './cast';
import { Dice } from './dice';
import { SPAN_DAYS } from './span';

/** Managers go through what was raised so often; one in so many they leave for another time. */
const DAYS_BETWEEN_ROUNDS = 28;
const LEFT_OPEN = 7;
/** Notices of the last months are recorded; what lay before them nobody asks for. */
const NOTICED_DAYS = 120;
/** Parts of the accounts for which the programs run: those of the lowest tier for too few of them. */
const RUNNING = { low: 0.95, lowest: 0.84 };
const PROGRAMS_AT_ONCE = 500;

const NOTES: Readonly<Record<InterventionReason, readonly string[]>> = {
  HEALTH_LOW: [
    'Called them: a new administrator needed training; booked the webinar.',
    'Two tickets were open for weeks; support has closed them now.',
  ],
  HEALTH_FELL: [
    'Usage dropped over the holidays and is back.',
    'Their champion has left; introduced ourselves to the successor.',
  ],
  STARTED_PAYING: [
    'Sent the welcome series and offered the onboarding call.',
    'They are set up; nothing more is needed.',
  ],
  USAGE_HIGH: [
    'Offered the next plan; they decide at the renewal.',
    'Upgrade offer sent by the product; they have taken it.',
  ],
  RELATIONSHIP_COMPLEXITY: [
    'Named a contact in the pool for the project.',
    'Looked at with the pool: the implementation is done, no CSM is needed.',
  ],
};

interface Raised {
  readonly id: string;
  readonly reason: InterventionReason;
}

/** What goes on in the tiers where nobody is named, while the book is lived through. */
export class LowTouch {
  private open: Raised[] = [];
  private lastRound: CalendarDate | null = null;
  private rounds = 0;
  private lastNotices: CalendarDate;

  /**
   * @param last the day on which the book ends
   * @param after the id of the last account that is not one of this chapter
   */
  constructor(
    private readonly last: CalendarDate,
    private readonly after: string,
  ) {
    this.lastNotices = addDays(last, -NOTICED_DAYS);
  }

  /** The store as it is, but what it raises is noted. */
  reading(interventions: InterventionStore): InterventionStore {
    const save: InterventionStore['save'] = async (writes) => {
      const ids = await interventions.save(writes);
      writes.forEach(({ id, intervention: { reason } }, index) => {
        if (id === null) this.open.push({ id: ids[index] ?? '', reason });
      });
      return ids;
    };
    return Object.assign(Object.create(interventions) as InterventionStore, { save });
  }

  /** The notices of the nights up to the morning of the day, and the round of managers if it is time for one. */
  async passNights(
    stores: Stores,
    unitOfWork: UnitOfWork,
    day: CalendarDate,
    nightStamp: (day: CalendarDate) => Stamp,
  ): Promise<void> {
    while (this.lastNotices < day) {
      this.lastNotices = addDays(this.lastNotices, 1);
      for (let after: string | null = this.after; after !== null;) {
        after = (await recordBatch(stores, after, nightStamp(this.lastNotices))).last;
      }
    }
    this.lastRound ??= day;
    if (daysBetween(this.lastRound, day) < DAYS_BETWEEN_ROUNDS || day >= this.last) return;
    this.lastRound = day;
    await this.goThrough(unitOfWork, day);
  }

  private async goThrough(unitOfWork: UnitOfWork, day: CalendarDate): Promise<void> {
    const clock: Clock = { now: () => `${day}T07:45:00.000Z`, today: () => day };
    const service = new InterventionService(unitOfWork, clock);
    this.rounds += 1;
    const left = this.open.filter(({ id }) => (Number(id) + this.rounds) % LEFT_OPEN === 0);
    const done = this.open.filter((one) => !left.includes(one));
    this.open = left;
    for (let from = 0; from < done.length; from += PROGRAMS_AT_ONCE) {
      // Those of accounts that have churned since are refused; they have ended.
      await service.completeAll(
        actorOf('PEOPLE', day),
        done.slice(from, from + PROGRAMS_AT_ONCE).map(({ id, reason }) => ({
          interventionId: id,
          note: NOTES[reason][Number(id) % NOTES[reason].length] ?? '',
        })),
      );
    }
  }
}

/** Tells which digital programs run for accounts of the low tiers: for most of them all that are required. */
export async function startPrograms(
  stores: Stores,
  accounts: readonly StoredAccount[],
  model: TieringModel,
  today: CalendarDate,
): Promise<void> {
  const day = dayOfSource('CRM', today);
  const actor = actorOf('CRM', day);
  const stamp = { actorId: actor.id, actorName: actor.name, now: `${day}T11:40:00.000Z`, today: day };
  const lowest = lowestTier(model.tiers).key;
  const begin = addDays(today, -SPAN_DAYS);
  const reports = accounts.flatMap((account) => {
    const tier = effectiveTier(account.standing);
    if (tier === null || !isLowTouch(model, tier)) return [];
    const dice = new Dice(`programs ${account.externalId}`);
    const complete = dice.chance(tier === lowest ? RUNNING.lowest : RUNNING.low);
    const since = later(account.values.customerSince ?? begin, begin);
    const required = programOf(model, tier).digitalPrograms;
    const missing = complete ? null : dice.pick(required);
    return required.map((program) => ({
      account: { id: account.id },
      program,
      running: program !== missing,
      since: earlier(addDays(since, dice.whole(0, 20)), day),
    }));
  });
  const results = await setDigitalPrograms(stores, reports, stamp);
  const refused = results.find(({ errors }) => errors.length > 0);
  if (refused)
    throw new Error(`the demo book has a program that is refused: ${refused.errors[0]?.message ?? ''}`);
}
