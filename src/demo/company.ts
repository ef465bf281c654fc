import { type AccountValues } from '../domain/account';
import { type CalendarDate } from '../domain/calendar';
import { type Money, units } from '../domain/money';
import { companyName, INDUSTRIES, type Industry } from './company-names';
import { type Dice } from './dice';
import { type Place, PLACES } from './places';

/** A customer company beside its facts: who it is and where. */
export interface Company {
  readonly externalId: string;
  /** The name without the form of company, which its subsidiaries carry on. */
  readonly baseName: string;
  readonly industry: Industry;
  readonly place: Place;
  readonly profile: Partial<AccountValues>;
}

/** The company a subsidiary belongs to. */
export interface Parent {
  readonly company: Company;
  readonly joinsOn: CalendarDate;
  /** Countries in which the group has an account already. */
  readonly countries: Set<string>;
}

const KNOWN_SHARE = 0.88;

/**
 * Makes up the `index`-th company. Its size follows from what it pays; some of it stays unknown, as in any CRM.
 *
 * @param parent the group it belongs to, if any
 */
export function inventCompany(index: number, arr: Money, parent: Parent | null, dice: Dice): Company {
  const industry = parent?.company.industry ?? dice.pick(INDUSTRIES);
  const place = subsidiaryPlace(parent, dice);
  const baseName =
    parent === null ? companyName(index, industry) : `${parent.company.baseName} ${place.countryName}`;
  const externalId = externalIdOf(index);
  const employees = roundTo2Digits(
    Math.max(6, (arr / 100 / 1_000) * dice.between(4, 22)) + dice.whole(3, 40),
  );
  const annualRevenue = units(roundTo2Digits(employees * dice.between(70_000, 260_000)));
  const known = (): boolean => dice.chance(KNOWN_SHARE);
  return {
    externalId,
    baseName,
    industry,
    place,
    profile: {
      name: dice.chance(0.4) ? `${baseName} ${place.legalForm}` : baseName,
      ...(parent === null ? {} : { parentExternalId: parent.company.externalId }),
      ...(dice.chance(0.97) ? { industry } : {}),
      ...(known() ? { employees } : {}),
      ...(known() ? { annualRevenue } : {}),
      country: place.country,
      region: place.region,
      language: place.language,
      ...(known() ? { timeZone: dice.pick(place.timeZones) } : {}),
    },
  };
}

/** "ACC-00001"; it grows longer where a book needs it. */
export function externalIdOf(index: number): string {
  return `ACC-${String(index + 1).padStart(5, '0')}`;
}

/** The plan that a customer of this size is on. */
export function planOf(arr: Money): string {
  if (arr >= units(80_000)) return 'Enterprise';
  if (arr >= units(20_000)) return 'Business';
  return arr >= units(6_000) ? 'Team' : 'Starter';
}

function subsidiaryPlace(parent: Parent | null, dice: Dice): Place {
  const elsewhere = PLACES.filter(([{ country }]) => !parent?.countries.has(country));
  const place = dice.weighted(elsewhere);
  parent?.countries.add(place.country);
  return place;
}

function roundTo2Digits(value: number): number {
  const step = 10 ** Math.max(0, Math.floor(value).toString().length - 2);
  return Math.round(value / step) * step;
}
