import {
  type PlannedAccount,
  type PlannedBook,
  type PlannedCsm,
  type PlanOutcome,
  type PlanWishes,
} from '../../src/domain/assignment-plan';
import { parseDate } from '../../src/domain/calendar';
import { type Fte, FULL_TIME, SINCE_EVER } from '../../src/domain/csm';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type ProgramSolution } from '../../src/domain/integer-program';
import { askForPlan } from '../../src/domain/plan-outcome';
import { type Owner } from '../../src/domain/portfolio';
import { type TieringModel } from '../../src/domain/tiering-model';
import { solveWithHighs } from '../../src/solver/highs-program';

/** An account that nobody looks after and nothing is known of. */
export function planned(id: number, values: Partial<PlannedAccount> = {}): PlannedAccount {
  return {
    id: String(id),
    externalId: `A-${id}`,
    tier: 'core',
    load: 0.01,
    language: null,
    region: null,
    industry: null,
    renewalDate: null,
    termMonths: null,
    customerSince: null,
    owner: null,
    ownedSince: null,
    executiveSponsor: null,
    isAsked: true,
    ...values,
  };
}

/** A CSM who works full-time and has no leave. */
export function person(
  externalId: string,
  {
    fte = FULL_TIME,
    pool,
    ...values
  }: Partial<PlannedCsm> & { readonly fte?: number; readonly pool?: string } = {},
): PlannedCsm {
  return {
    externalId,
    name: externalId,
    employment: [{ from: SINCE_EVER, to: null, fte: fte as Fte }],
    leave: [],
    pools: pool === undefined ? [] : [{ pool, from: SINCE_EVER, to: null }],
    languages: [],
    regions: [],
    industries: [],
    ...values,
  };
}

export function csm(externalId: string): Owner {
  return { kind: 'CSM', externalId };
}

export function pool(externalId: string): Owner {
  return { kind: 'POOL', externalId };
}

/** Seconds: so many that a busy machine changes nothing. */
const NO_CLOCK = 3_600;

const LANGUAGES = ['de', 'en', 'es', 'fr', 'pt-BR'];
const REGIONS = ['Asia', 'Europe', 'North America', 'South America'];
const INDUSTRIES = ['DevTools', 'EdTech', 'FinTech', 'HealthTech', 'Retail', 'Security'];

/** Numbers from 0 up to, without, 1 that are the same each time. */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  };
}

/** A book of unassigned accounts, and CSMs who are partly busy with accounts that stay. */
export function randomPlanBook(seed: number, accounts: number, people: number, busy: number): PlannedBook {
  const next = numbersFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const csms = Array.from({ length: people }, (_, index) =>
    person(`csm-${String(index).padStart(3, '0')}`, {
      languages: [...new Set([pick(LANGUAGES), pick(LANGUAGES), pick(LANGUAGES)])].sort(),
      regions: [...new Set([pick(REGIONS), pick(REGIONS)])].sort(),
      industries: [pick(INDUSTRIES)],
    }),
  );
  const book: PlannedAccount[] = [];
  for (const one of csms) {
    for (let load = 0; load < busy + (next() - 0.5) * 0.2; load += 0.01) {
      book.push(planned(book.length + 1, { owner: csm(one.externalId) }));
    }
  }
  for (let left = accounts; left > 0; left -= 1) {
    const isTop = next() < 0.3;
    book.push(
      planned(book.length + 1, {
        tier: isTop ? 'strategic' : 'core',
        load: 1.25 ** Math.floor(next() * 3) / (isTop ? 30 : 100),
        language: pick(LANGUAGES),
        region: pick(REGIONS),
        industry: pick(INDUSTRIES),
      }),
    );
  }
  return { accounts: book, csms };
}

/** The plan of a book, solved on this thread. */
export async function planFor(
  book: PlannedBook,
  {
    moveBudget = null,
    priority = 'MOST_ACCOUNTS',
    day: date = '2026-03-02',
    model = DEFAULT_MODEL,
  }: Partial<PlanWishes> & { readonly day?: string; readonly model?: TieringModel } = {},
): Promise<PlanOutcome & { readonly solution: ProgramSolution }> {
  const question = askForPlan(book, model, { moveBudget, priority }, parseDate(date));
  const solution =
    question.program === null
      ? { values: [], goals: [], stoppedByClock: false }
      : await solveWithHighs(question.program, { nodes: 10, seconds: NO_CLOCK });
  return { ...question.answer(solution.values), solution };
}

/** "A-1 -> anna" for every proposal. */
export function written({ proposals }: Pick<PlanOutcome, 'proposals'>): string[] {
  return proposals.map(({ externalId, to }) => `${externalId} -> ${to.externalId}`);
}
