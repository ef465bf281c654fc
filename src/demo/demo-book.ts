import { type AccountChange } from '../app/account-changes';
import { type Actor } from '../app/actor';
import { type CalendarDate } from '../domain/calendar';
import { type Money } from '../domain/money';
import { actorOf, momentOf, type Source, SOURCES } from './cast';
import { type Company, inventCompany, type Parent } from './company';
import { Deck, Dice, evenly } from './dice';
import { arrOf, type TierKey, type Values } from './facts';
import { live } from './life';
import {
  type Ending,
  ENDINGS,
  FROM_THE_START,
  OPENING_SHARE,
  type Plot,
  PLOTS_BY_ENDING,
  TIERS_THAT_CHURN,
} from './plots';
import { SPAN_DAYS, Span } from './span';
import { tellStory } from './story';

/** A manager's decision that an account is strategic. */
export interface DemoDesignation {
  readonly externalId: string;
  readonly reason: string;
}

/** What one actor says on one day, at one moment of it. */
export interface DemoBatch {
  readonly day: CalendarDate;
  readonly now: string;
  readonly actor: Actor;
  /** Whether the accounts come in with a file. */
  readonly fromFile: boolean;
  readonly changes: readonly AccountChange[];
  readonly designations: readonly DemoDesignation[];
}

/** Some accounts with all that happens to them, in the order of time. */
export interface DemoChapter {
  readonly accounts: number;
  readonly batchCount: number;
  /** Each call begins anew. */
  readonly batches: () => Iterable<DemoBatch>;
}

export interface DemoBookOptions {
  readonly accounts: number;
  readonly today: CalendarDate;
}

/** So many accounts live through the two years together; what is kept in memory does not grow beyond it. */
const CHAPTER = 4_000;
const MOST_SUBSIDIARIES = 3;
const EVERY_NTH_HAS_SUBSIDIARIES = 24;

/**
 * Makes up a book of the size: the same for the same size and day. It comes in chapters of accounts, each of
 * them with its two years up to `today`, day by day.
 */
export function* generateDemoBook({ accounts, today }: DemoBookOptions): Generator<DemoChapter> {
  const span = new Span(today);
  const casting = new Casting(span);
  for (let from = 0; from < accounts; from += CHAPTER) {
    const size = Math.min(CHAPTER, accounts - from);
    const days = new Days();
    for (let index = from; index < from + size; index += 1) casting.live(index, days);
    yield { accounts: size, batchCount: days.count(), batches: () => days.batches() };
  }
}

/** Deals endings and plots in their proportions and makes an account of each. */
class Casting {
  private readonly endings = new Deck<Ending>(ENDINGS);
  private readonly plots = new Map<Ending, Deck<Plot>>();
  private readonly leavers = new Deck<TierKey>(TIERS_THAT_CHURN);
  private readonly dealt = new Map<string, number>();
  private parent: (Parent & { left: number }) | null = null;

  constructor(private readonly span: Span) {}

  live(index: number, days: Days): void {
    const dice = new Dice(`account ${index}`);
    const ending = this.endings.draw();
    const plot = this.plotOf(ending);
    const tier = this.tierOf(ending, plot, dice);
    const joins = joinsOn(plot, this.ordinal(`joins ${ending}`), dice);
    const arr = arrOf(tier, this.ordinal(`arr ${ending} ${tier}`), plot === 'ARR_ONLY', dice.chance(0.35));
    const company = this.companyOf(index, arr, joins, dice);
    const story = tellStory({ plot, tier, arr, joins, span: this.span, dice });
    for (const { day, source, values, designation } of live(story, company.profile, this.span, dice)) {
      days.add(day, source, company.externalId, values, designation);
    }
  }

  private plotOf(ending: Ending): Plot {
    const deck = this.plots.get(ending) ?? new Deck(PLOTS_BY_ENDING[ending]);
    this.plots.set(ending, deck);
    return deck.draw();
  }

  /** The tier by the facts: one that is designated, or that pays no longer, stands elsewhere in the end. */
  private tierOf(ending: Ending, plot: Plot, dice: Dice): TierKey {
    if (plot === 'DESIGNATED') return dice.pick(['core', 'scale']);
    if (ending === 'churned') return this.leavers.draw();
    if (ending === 'not-paying' || ending === 'unplaced')
      return dice.pick(['core', 'scale', 'scale', 'tech-touch']);
    return ending;
  }

  private companyOf(index: number, arr: Money, joins: number, dice: Dice): Company {
    const joinsDay = this.span.day(joins);
    if (index % CHAPTER === 0) this.parent = null;
    if (this.parent !== null && this.parent.left > 0 && this.parent.joinsOn <= joinsDay) {
      this.parent.left -= 1;
      return inventCompany(index, arr, this.parent, dice);
    }
    const company = inventCompany(index, arr, null, dice);
    if (index % EVERY_NTH_HAS_SUBSIDIARIES === 5) {
      const countries = new Set([company.place.country]);
      this.parent = { company, joinsOn: joinsDay, countries, left: dice.whole(1, MOST_SUBSIDIARIES) };
    }
    return company;
  }

  /** Counts how often something has come up. */
  private ordinal(what: string): number {
    const count = this.dealt.get(what) ?? 0;
    this.dealt.set(what, count + 1);
    return count;
  }
}

function joinsOn(plot: Plot, ordinal: number, dice: Dice): number {
  if (plot === 'TRIAL') return dice.whole(SPAN_DAYS - 40, SPAN_DAYS - 2);
  if (plot === 'TRIAL_LOST') return dice.whole(30, SPAN_DAYS - 70);
  if (plot === 'FREE') return dice.whole(10, SPAN_DAYS - 10);
  const opening =
    FROM_THE_START.has(plot) || evenly(ordinal) < (plot === 'CHURNED_THIS_YEAR' ? 0.85 : OPENING_SHARE);
  const latest = plot === 'CHURNED_THIS_YEAR' || plot === 'LAPSED' ? 500 : SPAN_DAYS - 60;
  return opening ? 0 : dice.whole(4, latest);
}

/** The changes of a chapter, by day and source. */
class Days {
  private readonly byMoment = new Map<
    string,
    { changes: AccountChange[]; designations: DemoDesignation[] }
  >();

  add(
    day: CalendarDate,
    source: Source,
    externalId: string,
    values: Values,
    designation: string | null,
  ): void {
    // The source's number keeps the order within the day.
    const key = `${day} ${SOURCES.indexOf(source)}`;
    const batch = this.byMoment.get(key) ?? { changes: [], designations: [] };
    this.byMoment.set(key, batch);
    if (designation === null) {
      batch.changes.push({ externalId, values });
      return;
    }
    batch.designations.push({ externalId, reason: designation });
    if (Object.keys(values).length > 1)
      batch.changes.push({ externalId, values: { ...values, strategicDesignation: undefined } });
  }

  count(): number {
    return this.byMoment.size;
  }

  *batches(): Generator<DemoBatch> {
    for (const key of [...this.byMoment.keys()].sort()) {
      const day = key.slice(0, 10) as CalendarDate;
      const source = SOURCES[Number(key.slice(11))] ?? 'CRM';
      const batch = this.byMoment.get(key) ?? { changes: [], designations: [] };
      yield {
        day,
        now: momentOf(source, day),
        actor: actorOf(source, day),
        fromFile: source === 'OPENING',
        ...batch,
      };
    }
  }
}
