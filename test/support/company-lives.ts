import { type AccountChange } from '../../src/app/account-changes';
import { type AccountValues, type Level, LEVELS } from '../../src/domain/account';
import { addDays, addMonths, type CalendarDate } from '../../src/domain/calendar';
import { type Money } from '../../src/domain/money';
import { Dice } from '../../src/demo/dice';
import { knownValues } from './facts';

/** What a company is like and what it will correct. */
interface Company {
  readonly externalId: string;
  values: AccountValues;
  /** A day on which a mistaken fact is changed back, and what it was before. */
  correction: { readonly on: CalendarDate; readonly arr: Money | null } | null;
}

type Happening = (company: Company, today: CalendarDate) => Partial<AccountValues>;

/**
 * Companies whose facts change as a CRM would tell it, the same way in every run: they grow and shrink, become
 * risky, stop paying, leave and come back, are assessed and renewed, and some of what is told is a mistake that is
 * corrected some days later.
 */
export class CompanyLives {
  private readonly dice: Dice;
  private readonly companies: Company[];

  constructor(
    count: number,
    private readonly firstDay: CalendarDate,
    seed: string,
  ) {
    this.dice = new Dice(seed);
    this.companies = Array.from({ length: count }, (_, index) => this.found(index));
  }

  get externalIds(): readonly string[] {
    return this.companies.map(({ externalId }) => externalId);
  }

  /** All companies as they are on the first day. */
  beginnings(): AccountChange[] {
    return this.companies.map(({ externalId, values }) => ({ externalId, values }));
  }

  /** What the CRM tells on a day: a few changes, and the corrections that are due. */
  changesOn(today: CalendarDate): AccountChange[] {
    const changes = new Map<string, Partial<AccountValues>>();
    const tell = (company: Company, values: Partial<AccountValues>): void => {
      company.values = { ...company.values, ...values };
      changes.set(company.externalId, { ...changes.get(company.externalId), ...values });
    };
    for (const company of this.companies) {
      if (company.correction?.on !== today) continue;
      tell(company, { arr: company.correction.arr });
      company.correction = null;
    }
    for (let left = this.dice.whole(1, 7); left > 0; left -= 1) {
      const company = this.dice.pick(this.companies);
      if (company.correction === null) tell(company, this.pickHappening()(company, today));
    }
    return [...changes].map(([externalId, values]) => ({ externalId, values }));
  }

  private found(index: number): Company {
    const { dice } = this;
    const arr = dice.weighted<[number, number]>([
      [[0, 5_000], 15],
      [[5_000, 25_000], 35],
      [[25_000, 100_000], 30],
      [[100_000, 450_000], 17],
      [[500_000, 900_000], 3],
    ]);
    const hasRenewal = dice.chance(0.85);
    return {
      externalId: `ACC-${String(index).padStart(3, '0')}`,
      values: knownValues({
        name: `Company ${index}`,
        arr: `${dice.whole(arr[0], arr[1])}.00`,
        status: dice.chance(0.06) ? 'TRIAL' : 'ACTIVE',
        churnRisk: dice.pick(LEVELS),
        healthScore: dice.whole(20, 100),
        expansionAssessment: dice.chance(0.7) ? dice.pick(LEVELS) : null,
        expansionAssessedOn: null,
        logoValue: dice.chance(0.3),
        referencePotential: dice.chance(0.25),
        advancedFeatures: dice.chance(0.3),
        renewalDate: hasRenewal ? addDays(this.firstDay, dice.whole(-200, 400)) : null,
        termMonths: hasRenewal && dice.chance(0.7) ? dice.pick([1, 6, 12, 24]) : null,
      }),
      correction: null,
    };
  }

  private pickHappening(): Happening {
    return this.dice.weighted<Happening>([
      [(company) => this.growth(company, 0.4, 1.9), 30],
      [(company, today) => this.mistake(company, today), 6],
      [() => ({ churnRisk: this.dice.pick<Level>(LEVELS) }), 12],
      [() => ({ healthScore: this.dice.whole(0, 100) }), 12],
      [
        (_, today) => ({ expansionAssessment: this.dice.pick<Level>(LEVELS), expansionAssessedOn: today }),
        12,
      ],
      [() => ({ expansionAssessment: null, expansionAssessedOn: null }), 3],
      [({ values }) => ({ logoValue: !(values.logoValue ?? false) }), 4],
      [({ values }) => ({ partnershipOpportunity: !(values.partnershipOpportunity ?? false) }), 4],
      [({ values }) => ({ customConfiguration: !(values.customConfiguration ?? false) }), 3],
      [(_, today) => ({ renewalDate: addDays(today, this.dice.whole(-30, 500)) }), 5],
      [({ values }, today) => ({ renewalDate: addMonths(values.renewalDate ?? today, 12) }), 4],
      [() => ({ termMonths: this.dice.pick([1, 3, 12, 36, null]) }), 3],
      [(company) => this.leaveOrReturn(company), 4],
      [() => ({ status: 'FREE', arr: 0 as Money }), 2],
      [({ values }) => (values.status === 'CHURNED' ? {} : { status: 'ACTIVE' }), 3],
    ]);
  }

  private growth({ values }: Company, from: number, to: number): Partial<AccountValues> {
    const arr = values.arr ?? 0;
    return { arr: Math.round(Math.max(arr, 100_000) * this.dice.between(from, to)) as Money };
  }

  private mistake(company: Company, today: CalendarDate): Partial<AccountValues> {
    company.correction = { on: addDays(today, this.dice.whole(1, 20)), arr: company.values.arr };
    return this.growth(company, 3, 20);
  }

  private leaveOrReturn({ values }: Company): Partial<AccountValues> {
    return { status: values.status === 'CHURNED' ? 'ACTIVE' : 'CHURNED' };
  }
}
