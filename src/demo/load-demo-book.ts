import { applyAccountChanges, type ChangeResult } from '../app/account-changes';
import { correctableSince } from '../app/account-decision';
import { AccountService } from '../app/account.service';
import { SYSTEM } from '../app/actor';
import { type Clock, type Stamp } from '../app/ports/clock';
import { type Stores, type UnitOfWork } from '../app/ports/stores';
import { publishedModel } from '../app/published-model';
import { rescoreBatch } from '../app/recalculation.service';
import { keepUpAllReviews } from '../app/tier-review.service';
import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { type TieringModel } from '../domain/tiering-model';
import { type DemoBatch, type DemoChapter, generateDemoBook } from './demo-book';
import { Diary } from './diary';
import { playEngagement } from './engagement';
import { LowTouch, startPrograms } from './low-touch';
import { leaveOpenQuestions } from './open-questions';
import { assignPortfolios, hireCsms } from './portfolios';
import { playReviews } from './reviews';
import { saveDemoSegments } from './segments';

export interface LoadDemoBookOptions {
  readonly unitOfWork: UnitOfWork;
  readonly baseCurrency: string;
  /** How many accounts the book has, those that have churned among them. */
  readonly accounts: number;
  /** The day on which its two years end. */
  readonly today: CalendarDate;
  /** Told how many accounts' worth of the work is done since the last call; in all it is `accounts`. */
  readonly onProgress?: (accounts: number) => void;
}

const MOST_AT_ONCE = 1_000;
const NIGHT = '00:20:00.000Z';
/** Later than everything that happens on a day. */
const AFTERWARDS = '14:30:00.000Z';

/**
 * Loads a made-up book by living through it: every change of facts goes through the services on its own day, so
 * tiers, scorecards, graces and history are what the rules make of them. Each chapter (4,000 accounts) goes in
 * whole or not at all, so a book of the usual size is never left half-loaded.
 * Throws CONFLICT where the book holds accounts already.
 */
export async function loadDemoBook(options: LoadDemoBookOptions): Promise<void> {
  const { today } = options;
  const stamp = nightStamp(today);
  await options.unitOfWork.observe(async (stores) => {
    if (!(await stores.accounts.isEmpty())) {
      throw new DomainError(
        'CONFLICT',
        'the book holds accounts already, and the demo book only goes into an empty one',
        ['accounts'],
      );
    }
  });
  const { onProgress = ignore } = options;
  let after = '0';
  for (const chapter of generateDemoBook(options)) {
    let told = 0;
    // A transaction that is tried again tells nothing twice.
    const tell = (done: number): void => {
      if (done <= told) return;
      onProgress(done - told);
      told = done;
    };
    const from = after;
    after = await options.unitOfWork.run(stamp, (stores) =>
      playChapter(chapter, stores, options, from, tell),
    );
  }
  await options.unitOfWork.run(stamp, (stores) =>
    leaveOpenQuestions(stores, within(stores), today, stamp.now),
  );
  await saveDemoSegments(options.unitOfWork, today);
}

/** Gives the id of the chapter's last account; `after` is that of the chapter before. */
async function playChapter(
  chapter: DemoChapter,
  stores: Stores,
  { baseCurrency, today, accounts: bookSize }: LoadDemoBookOptions,
  after: string,
  tell: (accounts: number) => void,
): Promise<string> {
  const model = await publishedModel(stores);
  const diary = new Diary(model, today);
  const lowTouch = new LowTouch(today, after);
  const noted: Stores = {
    ...stores,
    accounts: diary.reading(stores.accounts),
    interventions: lowTouch.reading(stores.interventions),
  };
  let played = 0;
  for (const batch of chapter.batches()) {
    await passNights(noted, diary, batch.day, model);
    await lowTouch.passNights(noted, within(noted), batch.day, nightStamp);
    await play(batch, noted, baseCurrency);
    played += 1;
    tell(Math.floor((chapter.accounts * played) / chapter.batchCount));
  }
  await passNights(noted, diary, today, model);
  await lowTouch.passNights(noted, within(noted), today, nightStamp);
  await keepUpAllReviews(stores, nightStamp(today));
  const last = await shareOut(stores, after, chapter.accounts, bookSize, today, diary);
  tell(chapter.accounts);
  return last;
}

/** Gives the accounts of a chapter to the CSMs, who look after them; gives the id of the last one. */
async function shareOut(
  stores: Stores,
  after: string,
  accounts: number,
  bookSize: number,
  today: CalendarDate,
  diary: Diary,
): Promise<string> {
  const stamp = { actorId: SYSTEM.id, actorName: SYSTEM.name, now: `${today}T${AFTERWARDS}`, today };
  const model = await publishedModel(stores);
  await hireCsms(stores, bookSize, stamp);
  const ids = await stores.accounts.scoredIdsAfter(after, accounts);
  const locked = await stores.accounts.lockByIds(ids, correctableSince(model, today));
  await assignPortfolios(stores, locked, model, bookSize, stamp);
  await startPrograms(stores, locked, model, today);
  await playEngagement(stores, locked, (id) => diary.tiersOf(id), model, today);
  return ids.at(-1) ?? after;
}

/** The daily runs up to the morning of the day. */
async function passNights(
  stores: Stores,
  diary: Diary,
  last: CalendarDate,
  model: TieringModel,
): Promise<void> {
  for (let day = diary.nextDay(last); day !== null; day = diary.nextDay(last)) {
    const ids = diary.take(day);
    if (ids.length === 0) continue;
    const reviewed = diary.reviewedOn(day, ids);
    await rescoreBatch(stores, ids, nightStamp(day));
    await playReviews(stores, reviewed, day, model);
  }
}

function nightStamp(day: CalendarDate): Stamp {
  return { actorId: SYSTEM.id, actorName: SYSTEM.name, now: `${day}T${NIGHT}`, today: day };
}

async function play(batch: DemoBatch, stores: Stores, baseCurrency: string): Promise<void> {
  const { day, now, actor, fromFile, changes, designations } = batch;
  const stamp = { actorId: actor.id, actorName: actor.name, now, today: day };
  for (let from = 0; from < changes.length; from += MOST_AT_ONCE) {
    const some = changes.slice(from, from + MOST_AT_ONCE);
    expectNoRefusal(await applyAccountChanges(stores, some, { stamp, baseCurrency, fromFile }), day);
  }
  const clock: Clock = { now: () => now, today: () => day };
  const service = new AccountService(within(stores), clock, baseCurrency);
  for (const { externalId, reason } of designations) {
    await service.designateStrategic(actor, { externalId }, reason, null);
  }
}

/** A unit of work for services that are to take part in a transaction that runs already. */
function within(stores: Stores): UnitOfWork {
  return {
    run: (_stamp, work) => work(stores),
    observe: (work) => work(stores),
    rehearse: () => Promise.reject(new Error('what runs within a transaction cannot be taken back alone')),
  };
}

function expectNoRefusal(results: readonly ChangeResult[], day: CalendarDate): void {
  for (const { externalId, errors } of results) {
    for (const error of errors) {
      throw new Error(
        `the demo book has a change that is refused (${externalId} on ${day}): ${error.message}`,
        {
          cause: error,
        },
      );
    }
  }
}

function ignore(): void {
  // Nobody watches.
}
