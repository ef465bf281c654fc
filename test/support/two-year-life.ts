import { AccountService } from '../../src/app/account.service';
import { COMMAND_LINE, SYSTEM } from '../../src/app/actor';
import { type DailyRunService } from '../../src/app/daily-run.service';
import { type AccountStatus, type Level, LEVELS, STRATEGIC_FACTORS } from '../../src/domain/account';
import { addDays, addMonths, type CalendarDate, daysBetween } from '../../src/domain/calendar';
import { day, given, type WrittenValues } from './facts';
import { type LivingBook } from './living-book';

export const FIRST_DAY = day('2027-03-01');
export const LAST_DAY = day('2029-02-28');
export const LEAP_DAY = day('2028-02-29');

/** How many companies are customers on the first day; the others come one after another. */
const AT_FIRST = 240;
const IN_ALL = 300;
const DAYS_BETWEEN_NEWCOMERS = 12;

/** A company as the story keeps it in mind; what the product knows of it is in the book. */
export interface Company {
  readonly externalId: string;
  /** In whole units of the base currency. */
  arr: number;
  status: AccountStatus;
  designated: boolean;
  renewalDate: CalendarDate | null;
  termMonths: number | null;
}

/** Chance that is the same each time. */
export class Dice {
  constructor(private state: number) {}

  /** At least 0 and below 1. */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  whole(least: number, most: number): number {
    return least + Math.floor(this.roll() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.roll() < probability;
  }

  of<T>(some: readonly T[]): T | undefined {
    return some[Math.floor(this.roll() * some.length)];
  }
}

/** Something that may happen on a day. Those of FACTS are noted, and go into the book in one batch. */
export type FactHappening = (life: TwoYearLife) => void;

/** Something that people do on a day through a service, once the facts of the day are in. */
export interface Deed {
  readonly name: string;
  readonly happen: (life: TwoYearLife) => Promise<void>;
}

/**
 * Three hundred companies over two years: what becomes known of them day by day, and what people do about them.
 * Everything goes through the product's own services, the same way each time.
 */
export class TwoYearLife {
  readonly dice = new Dice(20_270_301);
  readonly companies: Company[] = [];
  /** Amounts that were typed wrongly, and when that will be noticed. */
  readonly mistakes: { company: Company; arr: number; noticedOn: CalendarDate }[] = [];
  today: CalendarDate = addDays(FIRST_DAY, -1);
  private readonly changes = new Map<string, WrittenValues>();

  constructor(
    readonly book: LivingBook,
    readonly dailyRuns: DailyRunService,
    /** What people do: add to it what else the product lets them do. */
    private readonly deeds: readonly Deed[] = DEEDS,
  ) {}

  get hasDaysLeft(): boolean {
    return this.today < LAST_DAY;
  }

  /** The day's number, the first day being 0. */
  get dayNumber(): number {
    return daysBetween(FIRST_DAY, this.today);
  }

  /** Customers that have not churned. */
  get customers(): Company[] {
    return this.companies.filter(({ status }) => status !== 'CHURNED');
  }

  /** Notes what becomes known of a company today. */
  learn({ externalId }: Company, values: WrittenValues): void {
    this.changes.set(externalId, { ...this.changes.get(externalId), ...values });
  }

  /** The night before the next day: its daily run. */
  async nextNight(): Promise<void> {
    this.today = addDays(this.today, 1);
    this.book.on(this.today);
    await this.dailyRuns.catchUp(SYSTEM, this.today);
  }

  /** Lives through the day: facts first, then deeds. */
  async spendDay(): Promise<void> {
    for (const happening of FACTS) happening(this);
    await this.book.accounts(
      [...this.changes].map(([externalId, values]) => ({ externalId, values: given(values) })),
    );
    this.changes.clear();
    for (const { happen } of this.deeds) await happen(this);
  }

  get accountService(): AccountService {
    return new AccountService(this.book.unitOfWork, this.book.clock, 'USD');
  }
}

const FACTS: readonly FactHappening[] = [
  companiesCome,
  arrMoves,
  mistakesAreMade,
  mistakesAreNoticed,
  potentialIsAssessed,
  healthMoves,
  factorsTurnOut,
  contractsAreRenewed,
  companiesStopPaying,
  companiesChurn,
  companiesComeBack,
  leapDay,
];

export const DEEDS: readonly Deed[] = [
  { name: 'somebody designates an account', happen: designate },
  { name: 'somebody ends a designation', happen: endDesignation },
];

function companiesCome(life: TwoYearLife): void {
  const { dice, companies, dayNumber } = life;
  const newcomers = dayNumber === 0 ? AT_FIRST : dayNumber % DAYS_BETWEEN_NEWCOMERS === 0 ? 1 : 0;
  for (let count = 0; count < newcomers && companies.length < IN_ALL; count += 1) {
    const company: Company = {
      externalId: `LIFE-${String(companies.length + 1).padStart(3, '0')}`,
      arr: amount(dice),
      status: dice.chance(0.06) ? 'TRIAL' : 'ACTIVE',
      designated: false,
      renewalDate: dice.chance(0.85) ? addDays(life.today, dice.whole(1, 400)) : null,
      termMonths: dice.of([null, 1, 6, 12, 12, 12, 24, 36]) ?? null,
    };
    // Some contracts end on days that not every month or year has.
    if (companies.length % 40 === 7) company.renewalDate = LEAP_DAY;
    if (companies.length % 40 === 8) company.renewalDate = day('2027-08-31');
    if (company.status === 'TRIAL') company.arr = 0;
    companies.push(company);
    life.learn(company, {
      name: `Company ${companies.length}`,
      arr: String(company.arr),
      status: company.status,
      renewalDate: company.renewalDate,
      termMonths: company.termMonths,
      healthScore: dice.whole(20, 100),
      churnRisk: dice.of(LEVELS) ?? null,
      ...(dice.chance(0.8) ? profile(dice) : {}),
    });
  }
}

/** Amounts around all lines of the ladder. */
function amount(dice: Dice): number {
  const line = dice.of([1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000]) ?? 1_000;
  return Math.round(line * (0.6 + dice.roll() * 1.4));
}

function profile(dice: Dice): WrittenValues {
  return {
    expansionAssessment: level(dice),
    logoValue: dice.chance(0.3),
    referencePotential: dice.chance(0.3),
    advancedFeatures: dice.chance(0.3),
    severalIntegrations: dice.chance(0.3),
    customConfiguration: dice.chance(0.2),
  };
}

function level(dice: Dice): Level {
  return dice.of(LEVELS) ?? 'LOW';
}

function setArr(life: TwoYearLife, company: Company, arr: number): void {
  company.arr = arr;
  life.learn(company, { arr: String(arr) });
}

function arrMoves(life: TwoYearLife): void {
  const { dice } = life;
  for (const factor of [1.1 + dice.roll() * 1.5, 0.3 + dice.roll() * 0.6]) {
    const company = dice.of(life.customers.filter(({ status }) => status === 'ACTIVE'));
    if (company && dice.chance(0.8)) setArr(life, company, Math.round(company.arr * factor));
  }
}

function mistakesAreMade(life: TwoYearLife): void {
  const { dice, dayNumber, today } = life;
  if (dayNumber % 12 !== 5) return;
  const busy = new Set(life.mistakes.map(({ company }) => company));
  const company = dice.of(
    life.customers.filter((one) => one.status === 'ACTIVE' && one.arr < 90_000 && !busy.has(one)),
  );
  if (company === undefined) return;
  life.mistakes.push({ company, arr: company.arr, noticedOn: addDays(today, dice.whole(1, 20)) });
  setArr(life, company, company.arr * 10);
}

function mistakesAreNoticed(life: TwoYearLife): void {
  for (const { company, arr } of life.mistakes.filter(({ noticedOn }) => noticedOn === life.today)) {
    if (company.status === 'ACTIVE') setArr(life, company, arr);
  }
  life.mistakes.splice(0, Infinity, ...life.mistakes.filter(({ noticedOn }) => noticedOn > life.today));
}

function potentialIsAssessed(life: TwoYearLife): void {
  const company = life.dice.of(life.customers);
  if (company && life.dice.chance(0.5)) {
    life.learn(company, { expansionAssessment: level(life.dice), expansionAssessedOn: life.today });
  }
}

function healthMoves(life: TwoYearLife): void {
  const { dice } = life;
  const [well, risky] = [dice.of(life.customers), dice.of(life.customers)];
  if (well) life.learn(well, { healthScore: dice.whole(0, 100) });
  if (risky && dice.chance(0.4)) life.learn(risky, { churnRisk: level(dice) });
}

function factorsTurnOut(life: TwoYearLife): void {
  const { dice } = life;
  const [company, factor] = [dice.of(life.customers), dice.of(STRATEGIC_FACTORS)];
  if (company && factor && dice.chance(0.3)) life.learn(company, { [factor]: dice.chance(0.6) });
}

function contractsAreRenewed(life: TwoYearLife): void {
  const { dice, today } = life;
  for (const company of life.customers) {
    if (company.renewalDate !== today) continue;
    company.renewalDate = addMonths(today, company.termMonths ?? 12);
    life.learn(company, { renewalDate: company.renewalDate });
    if (company.status === 'ACTIVE' && dice.chance(0.5)) {
      setArr(life, company, Math.round(company.arr * (0.5 + dice.roll())));
    }
  }
  // Now and then a date was noted wrongly, or another term is agreed on.
  const company = dice.of(life.customers);
  if (company && dice.chance(0.1)) {
    company.renewalDate = dice.chance(0.8) ? addDays(today, dice.whole(-30, 500)) : null;
    company.termMonths = dice.of([null, 3, 12, 24]) ?? null;
    life.learn(company, { renewalDate: company.renewalDate, termMonths: company.termMonths });
  }
}

function companiesStopPaying(life: TwoYearLife): void {
  const { dice } = life;
  const company = dice.of(life.customers);
  if (company === undefined || !dice.chance(0.12)) return;
  company.status = company.status === 'ACTIVE' ? (dice.chance(0.5) ? 'TRIAL' : 'FREE') : 'ACTIVE';
  life.learn(company, { status: company.status });
  setArr(life, company, company.status === 'ACTIVE' ? amount(dice) : 0);
}

function companiesChurn(life: TwoYearLife): void {
  const company = life.dice.of(life.customers);
  if (company === undefined || !life.dice.chance(0.12)) return;
  company.status = 'CHURNED';
  life.learn(company, { status: 'CHURNED' });
}

function companiesComeBack(life: TwoYearLife): void {
  const company = life.dice.of(life.companies.filter(({ status }) => status === 'CHURNED'));
  if (company === undefined || !life.dice.chance(0.06)) return;
  company.status = 'ACTIVE';
  life.learn(company, { status: 'ACTIVE' });
  setArr(life, company, amount(life.dice));
}

/** The day that comes once in four years sees something of everything. */
function leapDay(life: TwoYearLife): void {
  if (life.today !== LEAP_DAY) return;
  const [up, down, stops, assessed] = life.customers.filter(
    ({ status, arr }) => status === 'ACTIVE' && arr > 10_000 && arr < 90_000,
  );
  if (up) setArr(life, up, 150_000);
  if (down) setArr(life, down, 100);
  if (stops) {
    stops.status = 'FREE';
    life.learn(stops, { status: 'FREE' });
    setArr(life, stops, 0);
  }
  if (assessed) life.learn(assessed, { expansionAssessment: 'HIGH', expansionAssessedOn: LEAP_DAY });
}

async function designate(life: TwoYearLife): Promise<void> {
  if (life.dayNumber % 9 !== 3) return;
  const company = life.dice.of(life.customers.filter(({ designated }) => !designated));
  if (company === undefined) return;
  company.designated = true;
  const key = { externalId: company.externalId };
  await life.accountService.designateStrategic(COMMAND_LINE, key, 'A name that opens doors', null);
}

async function endDesignation(life: TwoYearLife): Promise<void> {
  if (life.dayNumber % 14 !== 6) return;
  const company = life.dice.of(life.companies.filter(({ designated }) => designated));
  if (company === undefined) return;
  company.designated = false;
  await life.accountService.endDesignation(COMMAND_LINE, { externalId: company.externalId });
}
