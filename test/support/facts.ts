import fc from 'fast-check';
import {
  ACCOUNT_STATUSES,
  type AccountFacts,
  type AccountValues,
  LEVELS,
  NO_FACTS,
  NO_VALUES,
} from '../../src/domain/account';
import { addDays, type CalendarDate, parseDate } from '../../src/domain/calendar';
import { type Money, parseMoney } from '../../src/domain/money';

/** Amounts and days as people write them: "99,999.99" and "2028-02-29". */
interface Written {
  readonly arr: string | null;
  readonly expansionArr: string | null;
  readonly expansionAssessedOn: string | null;
}

export type WrittenFacts = Partial<Omit<AccountFacts, keyof Written> & Written>;
export type WrittenValues = Partial<
  Omit<AccountValues, keyof Written | 'renewalDate'> & Written & { readonly renewalDate: string | null }
>;

export function money(text: string): Money {
  return parseMoney(text.replaceAll(',', ''));
}

export function day(text: string): CalendarDate {
  return parseDate(text);
}

/** The facts as given; those not named are known and say no. */
export function known(given: WrittenFacts = {}): AccountFacts {
  return { ...SAYS_NO, ...read(given) };
}

/** The facts as given and nothing else. */
export function only(given: WrittenFacts = {}): AccountFacts {
  return { ...NO_FACTS, ...read(given) };
}

/** What a caller would give for the values: named ones alone. */
export function given(values: WrittenValues): Partial<AccountValues> {
  return read(values);
}

/** Values of an account whose facts, where not named, are known and say no. */
export function knownValues(values: WrittenValues = {}): AccountValues {
  return { ...NO_VALUES, ...SAYS_NO, ...read(values) };
}

const SAYS_NO: AccountFacts = {
  ...NO_FACTS,
  status: 'ACTIVE',
  arr: 0 as Money,
  expansionArr: 0 as Money,
  logoValue: false,
  referencePotential: false,
  marketInfluence: false,
  partnershipOpportunity: false,
  advancedFeatures: false,
  severalIntegrations: false,
  customConfiguration: false,
  complexImplementation: false,
  manyStakeholders: false,
  missionCritical: false,
  strategicDesignation: false,
  churnRisk: 'LOW',
};

function read(written: WrittenValues): Partial<AccountValues> {
  const { arr, expansionArr, expansionAssessedOn, renewalDate, ...rest } = written;
  return {
    ...rest,
    ...(arr === undefined ? {} : { arr: arr === null ? null : money(arr) }),
    ...(expansionArr === undefined
      ? {}
      : { expansionArr: expansionArr === null ? null : money(expansionArr) }),
    ...(expansionAssessedOn === undefined
      ? {}
      : { expansionAssessedOn: expansionAssessedOn === null ? null : day(expansionAssessedOn) }),
    ...(renewalDate === undefined ? {} : { renewalDate: renewalDate === null ? null : day(renewalDate) }),
  };
}

/** Amounts that lie on, just under and between the bounds of the default model, up to beyond a key account. */
export function anyArr(): fc.Arbitrary<Money> {
  const bounds = [0, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000].map((amount) => amount * 100);
  const near = bounds.flatMap((bound) => [Math.max(bound - 1, 0), bound, bound + 1]);
  return fc.oneof(fc.constantFrom(...near), fc.integer({ min: 0, max: 80_000_000 })) as fc.Arbitrary<Money>;
}

/** Any facts that the domain accepts, unknown ones among them. An assessment lies up to 500 days back. */
export function anyFacts(today: CalendarDate): fc.Arbitrary<AccountFacts> {
  const flag = maybe(fc.boolean());
  const level = maybe(fc.constantFrom(...LEVELS));
  const count = maybe(fc.integer({ min: 0, max: 12 }));
  return fc.record({
    status: maybe(fc.constantFrom(...ACCOUNT_STATUSES)),
    arr: maybe(anyArr()),
    expansionAssessment: level,
    expansionAssessedOn: maybe(fc.integer({ min: 0, max: 500 }).map((days) => addDays(today, -days))),
    expansionArr: maybe(anyArr()),
    seatsPurchased: count,
    seatsAvailable: count,
    seatsUsed: count,
    productLinesOwned: count,
    productLinesAvailable: count,
    logoValue: flag,
    referencePotential: flag,
    marketInfluence: flag,
    partnershipOpportunity: flag,
    advancedFeatures: flag,
    severalIntegrations: flag,
    customConfiguration: flag,
    complexImplementation: flag,
    manyStakeholders: flag,
    missionCritical: flag,
    strategicDesignation: flag,
    churnRisk: level,
    healthScore: maybe(fc.integer({ min: 0, max: 100 })),
    usagePercent: maybe(fc.integer({ min: 0, max: 150 })),
  });
}

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(value, { nil: null, freq: 4 });
}
