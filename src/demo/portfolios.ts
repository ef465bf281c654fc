import { applyCsmChanges, type CsmChange } from '../app/csm-changes';
import { saveAssignments, staffOf, Timeline } from '../app/portfolio-changes';
import { type Stamp } from '../app/ports/clock';
import { type AssignmentWrite } from '../app/ports/portfolio';
import { type StoredAccount, type Stores } from '../app/ports/stores';
import { addDays, type CalendarDate, later } from '../domain/calendar';
import { type EmploymentTerm, type Fte, FULL_TIME, grantLeave, SINCE_EVER } from '../domain/csm';
import { programOf } from '../domain/engagement-program';
import { type Owner } from '../domain/portfolio';
import { effectiveTier } from '../domain/standing';
import { type TieringModel } from '../domain/tiering-model';
import { Dice } from './dice';
import { SPAN_DAYS } from './span';

interface Person {
  readonly externalId: string;
  readonly name: string;
  /** Looks after the top tier. */
  readonly senior: boolean;
  readonly regions: readonly string[];
  readonly languages: readonly string[];
  readonly industries: readonly string[];
  readonly pool: string | null;
}

const AMERICAS = ['Latin America', 'North America'];
const EUROPE = ['Europe'];
const ASIA = ['Asia Pacific'];
const WEST = 'pool-americas';
const EAST = 'pool-emea-apac';

// prettier-ignore
const PEOPLE: readonly Person[] = [
  person('csm-amara', 'Amara Nwosu', true, AMERICAS, ['en'], ['FinTech'], null),
  person('csm-bruno', 'Bruno Carvalho', true, AMERICAS, ['en', 'es', 'pt-BR'], [], null),
  person('csm-clara', 'Clara Weiss', true, EUROPE, ['de', 'en', 'fr'], [], null),
  person('csm-dewi', 'Dewi Lestari', true, ASIA, ['en', 'id', 'ms'], [], null),
  person('csm-elif', 'Elif Kaya', false, EUROPE, ['de', 'en', 'nl'], [], EAST),
  person('csm-farid', 'Farid Haddad', false, [...ASIA, ...EUROPE], ['en', 'fr'], [], EAST),
  person('csm-grace', 'Grace Lindqvist', false, AMERICAS, ['en'], [], WEST),
  person('csm-hugo', 'Hugo Marín', false, AMERICAS, ['en', 'es'], [], WEST),
];

/** Looked after the top tier in the Americas until half a year ago; Amara Nwosu took over. */
const LEAVER = person('csm-ivan', 'Ivan Petrov', true, AMERICAS, ['en'], [], null);
const LEFT_DAYS_AGO = 182;

/** Who works beside those people in a larger book, and how many of them all it takes for 1,000 accounts. */
interface Crew extends Pick<Person, 'senior' | 'regions' | 'languages' | 'pool'> {
  readonly perThousand: number;
}

// prettier-ignore
const CREWS: readonly Crew[] = [
  { senior: true, regions: EUROPE, languages: ['de', 'en', 'fr'], pool: null, perThousand: 3.5 },
  { senior: true, regions: AMERICAS, languages: ['en', 'es', 'pt-BR'], pool: null, perThousand: 3 },
  { senior: true, regions: ASIA, languages: ['en', 'id', 'ms'], pool: null, perThousand: 1.5 },
  { senior: false, regions: [...ASIA, ...EUROPE], languages: ['de', 'en', 'id'], pool: EAST, perThousand: 3 },
  { senior: false, regions: AMERICAS, languages: ['en', 'es', 'pt-BR'], pool: WEST, perThousand: 2.5 },
];

// prettier-ignore
const FIRST_NAMES = [
  'Aiko', 'Bela', 'Carmen', 'Dario', 'Esra', 'Filip', 'Gita', 'Hanna', 'Idris', 'Jonas',
  'Kavya', 'Lucia', 'Mateo', 'Noor', 'Olga', 'Putri', 'Quentin', 'Rosa', 'Sami', 'Teresa',
] as const;

/** Their number and that of the first names plus 1 have no divisor in common, so that no two people meet early. */
// prettier-ignore
const LAST_NAMES = [
  'Abe', 'Brandt', 'Costa', 'Demir', 'Engel', 'Fuentes', 'Gupta', 'Hoang', 'Ito', 'Jansen', 'Kowalski', 'Lund', 'Moreau',
  'Novak', 'Okafor', 'Peralta', 'Quiroga', 'Rahman', 'Santos', 'Tan', 'Ueda', 'Vargas', 'Wibowo', 'Yilmaz', 'Zhang',
] as const;

const SPONSORS = ['Leonie Brandt (CEO)', 'Rafael Duarte (CRO)', 'Mei Tanaka (CPO)'];

function person(
  externalId: string,
  name: string,
  senior: boolean,
  regions: readonly string[],
  languages: readonly string[],
  industries: readonly string[],
  pool: string | null,
): Person {
  return { externalId, name, senior, regions, languages, industries, pool };
}

/** Everybody who looks after a book of that many accounts: the same people each time, more in a larger one. */
function teamFor(accounts: number): readonly Person[] {
  const colleagues: Person[] = [];
  for (const { perThousand, ...crew } of CREWS) {
    const isOf = ({ senior, regions }: Person): boolean =>
      senior === crew.senior && regions.some((region) => crew.regions.includes(region));
    const missing = Math.round((perThousand * accounts) / 1_000) - PEOPLE.filter(isOf).length;
    for (let n = 0; n < missing; n += 1) {
      const place = colleagues.length;
      const first = FIRST_NAMES[place % FIRST_NAMES.length] ?? '';
      const last = LAST_NAMES[(place + Math.floor(place / FIRST_NAMES.length)) % LAST_NAMES.length] ?? '';
      colleagues.push({
        ...crew,
        externalId: `csm-${101 + place}`,
        name: `${first} ${last}`,
        industries: [],
      });
    }
  }
  return [...PEOPLE, ...colleagues];
}

/**
 * The CSMs of the demo book and their pools; the same ones each time.
 *
 * @param accounts how large the book is to be
 */
export async function hireCsms(stores: Stores, accounts: number, stamp: Stamp): Promise<void> {
  const { today } = stamp;
  await stores.csms.lockForChange();
  await stores.csms.savePools(
    [
      { externalId: WEST, name: 'Americas pool' },
      { externalId: EAST, name: 'Europe and Asia Pacific pool' },
    ],
    stamp,
  );
  const results = await applyCsmChanges(
    stores,
    [...teamFor(accounts), LEAVER].map((one) => changeOf(one, today)),
    stamp,
    false,
  );
  const refused = results.find(({ errors }) => errors.length > 0);
  if (refused) throw new Error(`the demo book has a CSM who is refused: ${refused.errors[0]?.message ?? ''}`);
  const csms = await stores.csms.byExternalIds(['csm-farid', 'csm-elif']);
  const [away, backup] = [csms.get('csm-farid'), csms.get('csm-elif')];
  if (away === undefined || backup === undefined) throw new Error('the demo book lacks a CSM');
  const leave = { from: addDays(today, -3), to: addDays(today, 11), backup: backup.externalId };
  if (away.leave.length === 0) {
    await stores.csms.save([{ id: away.id, csm: grantLeave(away, leave, backup, []) }], stamp);
  }
}

/**
 * Says who looks after the accounts, since they are customers: by tier and region, evenly.
 *
 * @param bookSize how many accounts the whole book is to have
 */
export async function assignPortfolios(
  stores: Stores,
  accounts: readonly StoredAccount[],
  model: TieringModel,
  bookSize: number,
  stamp: Stamp,
): Promise<void> {
  const { today } = stamp;
  const team = teamFor(bookSize);
  const begin = addDays(today, -SPAN_DAYS);
  const left = addDays(today, -LEFT_DAYS_AGO);
  const owners = [...team, LEAVER].map(named).concat(pooled(WEST), pooled(EAST));
  const staff = await staffOf(stores, owners, today);
  const writes: AssignmentWrite[] = [];
  for (const account of accounts) {
    const tier = effectiveTier(account.standing);
    if (tier === null || programOf(model, tier).coverage.length === 0) continue;
    const rank = model.tiers.findIndex(({ key }) => key === tier) + 1;
    const dice = new Dice(`owner ${account.externalId}`);
    const since = later(account.values.customerSince ?? begin, begin);
    const owner = ownerOf(account, rank, team, dice);
    const executiveSponsor = rank === 1 ? dice.pick(SPONSORS) : null;
    const timeline = new Timeline(account, []);
    const assign = (who: Owner, from: CalendarDate, until: CalendarDate | null): boolean =>
      timeline.assign({ owner: who, executiveSponsor, from, until }, staff, model, today);
    const inherits = owner.externalId === 'csm-amara' && since < left && dice.chance(0.6);
    if (inherits) assign(named(LEAVER), since, left);
    assign(owner, inherits ? left : since, null);
    const write = timeline.write(null);
    if (write !== null) writes.push(write);
  }
  await saveAssignments(stores, accounts, writes, stamp);
}

function ownerOf({ values }: StoredAccount, rank: number, team: readonly Person[], dice: Dice): Owner {
  const region = values.region ?? '';
  const isNamed = rank === 1 || (rank === 2 && dice.chance(0.8));
  if (!isNamed) return pooled(AMERICAS.includes(region) ? WEST : EAST);
  const fitting = team.filter(({ senior, regions }) => senior === (rank === 1) && regions.includes(region));
  const choices = fitting.length > 0 ? fitting : team.filter(({ senior }) => senior === (rank === 1));
  return named(dice.pick(choices));
}

function changeOf(one: Person, today: CalendarDate): CsmChange {
  const { externalId, name, regions, languages, industries, pool } = one;
  return {
    externalId,
    values: {
      name,
      email: `${externalId.replace('csm-', '')}@tierbook.example`,
      regions,
      languages,
      industries,
      employment: employmentOf(one, today),
      pools: pool === null ? [] : [{ pool, from: SINCE_EVER, to: null }],
    },
  };
}

function employmentOf({ externalId }: Person, today: CalendarDate): EmploymentTerm[] {
  const since = addDays(today, -SPAN_DAYS);
  switch (externalId) {
    case LEAVER.externalId:
      return [{ from: SINCE_EVER, to: addDays(today, -LEFT_DAYS_AGO), fte: FULL_TIME }];
    case 'csm-clara':
      return [{ from: SINCE_EVER, to: null, fte: 80 as Fte }];
    case 'csm-hugo':
      // Ramping in for a quarter.
      return [
        { from: since, to: addDays(since, 91), fte: 50 as Fte },
        { from: addDays(since, 91), to: null, fte: FULL_TIME },
      ];
    default:
      // Every fifth of the colleagues works part-time.
      if (/\d[05]$/.test(externalId)) return [{ from: SINCE_EVER, to: null, fte: 80 as Fte }];
      return [{ from: SINCE_EVER, to: null, fte: FULL_TIME }];
  }
}

function named({ externalId }: Person): Owner {
  return { kind: 'CSM', externalId };
}

function pooled(externalId: string): Owner {
  return { kind: 'POOL', externalId };
}
