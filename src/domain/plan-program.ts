import { type PlanWishes } from './assignment-plan';
import {
  type Goal,
  type IntegerProgram,
  type ProgramColumn,
  type ProgramRow,
  type Term,
} from './integer-program';
import { type Candidate, type Demand, type DemandGroup, isToCover } from './plan-demand';
import { type Carrier, compare, isAbove, LOAD_TOLERANCE, type PlanStaff } from './plan-staff';
import { type TieringModel } from './tiering-model';

/** How many accounts of a group go to a candidate: one column of the program. */
export interface PlanChoice {
  readonly group: DemandGroup;
  readonly candidate: Candidate;
}

export interface PlanProgram {
  readonly program: IntegerProgram;
  /** What the first columns stand for, in their order. */
  readonly choices: readonly PlanChoice[];
}

/** Loads are small fractions; in thousandths of an FTE the solver's tolerances do not matter. */
const SCALE = 1_000;
/** Steps in which a rising utilisation costs more and more, so that the sum of squares becomes small. */
const COARSE_STEP = 0.025;
/** Finer ones where utilisations will be if all goes well. */
const FINE_STEP = 0.005;
const FINE_WITHIN = 0.05;
/** A standard deviation of utilisations that is too small to matter. */
const EVEN_ENOUGH = 0.005;
/** As much as the values of merged goals may add up to without a loss of precision. */
const MOST_MERGED = 1e8;

/**
 * The program whose best solution is the plan (spec section 7). Hard: limits of the CSMs, the move budget, and who fits,
 * since nobody else has a column. Goals, one after another: cover, relieve, change few owners, prefer what the tier's
 * program says, balance, then prefer who knows the industry.
 */
export function planProgram(
  { groups }: Demand,
  staff: PlanStaff,
  { moveBudget, priority }: PlanWishes,
  { tiers }: Pick<TieringModel, 'tiers'>,
): PlanProgram {
  const choices = groups.flatMap((group) => group.candidates.map((candidate) => ({ group, candidate })));
  const columns: ProgramColumn[] = choices.map(({ group }) => ({
    upper: group.accounts.length,
    whole: true,
  }));
  const rows: ProgramRow[] = [];
  const where = (holds: (choice: PlanChoice) => boolean): Term[] =>
    choices.flatMap((choice, column) => (holds(choice) ? { column, factor: 1 } : []));
  for (const [index, terms] of byGroup(choices, groups).entries()) {
    if (terms.length > 0) rows.push({ lower: null, upper: groups[index]?.accounts.length ?? 0, terms });
  }
  const owned = where(({ group }) => group.owner !== null);
  if (moveBudget !== null && owned.length > 0) rows.push({ lower: null, upper: moveBudget, terms: owned });

  const changes = changesOf(choices, staff);
  const overload: Term[] = [];
  for (const carrier of staff.carriers) {
    const terms = changes.get(carrier);
    if (terms === undefined) continue;
    const scaled = scale(terms);
    const room = (carrier.limit - carrier.load) * SCALE;
    if (isAbove(carrier)) {
      const column = columns.push({ upper: null, whole: false }) - 1;
      overload.push({ column, factor: 1 });
      rows.push({ lower: null, upper: room, terms: [...scaled, { column, factor: -SCALE }] });
    } else {
      rows.push({ lower: null, upper: room + SCALE * LOAD_TOLERANCE, terms: scaled });
    }
  }
  const squares = balanceTerms(changes, staff, stepsAround(expectedMean(groups, staff)), columns, rows);

  const toCover = where(({ group }) => isToCover(group.occasion));
  const coverage: Goal[] =
    priority === 'MOST_ACCOUNTS'
      ? [goal('COVERAGE', negative(toCover), true)]
      : tiers.map(({ key }) =>
          goal(
            `COVERAGE ${key}`,
            negative(where(({ group }) => isToCover(group.occasion) && group.tier === key)),
            true,
          ),
        );
  const whole: Goal[] = [
    goal('MOVES', owned, true),
    goal(
      'PROGRAM',
      where(({ candidate }) => candidate.isBesideProgram),
      true,
    ),
  ];
  const relief = goal('RELIEF', overload, false);
  const fte = staff.carriers.reduce((sum, carrier) => sum + carrier.fte, 0);
  const even = fte * EVEN_ENOUGH ** 2;
  const balance: Goal = { ...goal('BALANCE', squares, false), gap: even };
  const industry: Goal = {
    ...goal('INDUSTRY', negative(where(({ candidate }) => candidate.knowsIndustry)), true),
    holds: exchangeable(choices),
  };
  const goals = [
    ...merged([...coverage, ...(overload.length > 0 ? [relief] : []), ...whole], choices, moveBudget),
    balance,
    industry,
  ].filter(({ terms }) => terms.length > 0);
  return { program: { columns, rows, goals, start: firstTry(choices, staff, moveBudget) }, choices };
}

function byGroup(choices: readonly PlanChoice[], groups: readonly DemandGroup[]): Term[][] {
  const indexOf = new Map(groups.map((group, index) => [group, index]));
  const terms: Term[][] = groups.map(() => []);
  choices.forEach(({ group }, column) => terms[indexOf.get(group) ?? 0]?.push({ column, factor: 1 }));
  return terms;
}

/** By how much each choice changes the load of each CSM, in FTE per account. */
function changesOf(choices: readonly PlanChoice[], staff: PlanStaff): Map<Carrier, Term[]> {
  const changes = new Map<Carrier, Term[]>();
  choices.forEach(({ group, candidate }, column) => {
    for (const [carrier, factor] of shift(group, candidate, staff)) {
      const known = changes.get(carrier);
      if (known) known.push({ column, factor });
      else changes.set(carrier, [{ column, factor }]);
    }
  });
  return changes;
}

/** What one account of the group changes where the candidate takes it. */
export function shift(
  group: Pick<DemandGroup, 'load' | 'owner'>,
  { owner }: Pick<Candidate, 'owner'>,
  staff: PlanStaff,
): Map<Carrier, number> {
  const change = new Map<Carrier, number>();
  const add = (carrier: Carrier, load: number): unknown =>
    change.set(carrier, (change.get(carrier) ?? 0) + load);
  for (const { carrier, part } of staff.partsOf(owner)) add(carrier, group.load * part);
  for (const { carrier, part } of staff.partsOf(group.owner)) add(carrier, -group.load * part);
  return change;
}

/**
 * Choices that weigh the same on the same people: accounts can change places among them without any other goal being
 * touched, so that who knows which industry is a mere matter of matching, which is solved exactly and at once.
 */
function exchangeable(choices: readonly PlanChoice[]): number[][] {
  const sets = new Map<string, number[]>();
  choices.forEach(({ group: { occasion, tier, load, owner }, candidate }, column) => {
    const key = JSON.stringify([occasion, tier, load, owner, candidate.owner]);
    const known = sets.get(key);
    if (known) known.push(column);
    else sets.set(key, [column]);
  });
  return [...sets.values()];
}

/** The utilisation of all CSMs together if every account that needs somebody found one with room. */
function expectedMean(groups: readonly DemandGroup[], staff: PlanStaff): number {
  const sums = staff.carriers.reduce(
    (sum, { fte, load, limit }) => ({
      fte: sum.fte + fte,
      load: sum.load + load,
      limit: sum.limit + limit,
    }),
    { fte: 0, load: 0, limit: 0 },
  );
  const added = groups
    .filter(({ owner }) => staff.partsOf(owner).length === 0)
    .reduce((sum, { load, accounts }) => sum + load * accounts.length, 0);
  return sums.fte === 0 ? 0 : Math.min(sums.load + added, sums.limit) / sums.fte;
}

/** The bounds of the steps of a utilisation, from 0 up to beyond the limit. */
function stepsAround(mean: number): number[] {
  const bounds = new Set<number>();
  for (let bound = 0; bound <= 1 + COARSE_STEP; bound += COARSE_STEP) bounds.add(bound);
  for (let off = -FINE_WITHIN; off <= FINE_WITHIN; off += FINE_STEP) {
    if (mean + off > 0) bounds.add(mean + off);
  }
  const ordered = [...bounds].sort((a, b) => a - b);
  return ordered.filter((bound, index) => index === 0 || bound - (ordered[index - 1] ?? 0) > FINE_STEP / 2);
}

/** Columns and rows that make the sum of FTE x utilisation squared a goal that is linear. */
function balanceTerms(
  changes: ReadonlyMap<Carrier, readonly Term[]>,
  staff: PlanStaff,
  bounds: readonly number[],
  columns: ProgramColumn[],
  rows: ProgramRow[],
): Term[] {
  const squares: Term[] = [];
  for (const carrier of staff.carriers) {
    const terms = changes.get(carrier);
    if (terms === undefined) continue;
    const steps: Term[] = [];
    bounds.forEach((from, index) => {
      const to = bounds[index + 1];
      const upper = to === undefined ? null : carrier.fte * (to - from);
      const column = columns.push({ upper, whole: false }) - 1;
      steps.push({ column, factor: -SCALE });
      squares.push({ column, factor: from + (to ?? from + COARSE_STEP) });
    });
    const load = -carrier.load * SCALE;
    rows.push({ lower: load, upper: load, terms: [...scale(terms), ...steps] });
  }
  return squares;
}

/**
 * Whole goals that follow one another become one whose weights keep their order: an account more of an earlier goal
 * outweighs everything that the later ones could gain. The solver finds better values for them together than one by
 * one. Goals whose weights would grow too large stay apart.
 */
function merged(goals: readonly Goal[], choices: readonly PlanChoice[], moveBudget: number | null): Goal[] {
  const result: Goal[] = [];
  let block: Goal | null = null;
  /** The most by which the goals of the block can differ. */
  let span = 0;
  for (const one of [...goals].reverse()) {
    if (one.terms.length === 0) continue;
    const accounts = accountsIn(one, choices);
    const most = one.name === 'MOVES' ? Math.min(accounts, moveBudget ?? accounts) : accounts;
    const weight = span + 1;
    if (block !== null && one.whole && weight * most + span <= MOST_MERGED) {
      block = goal(`${one.name}, ${block.name}`, addUp(one.terms, weight, block.terms), true);
      result[0] = block;
      span += weight * most;
      // Alone it is found best; the merged goal goes on from there.
      if (one.name === 'COVERAGE') result.unshift({ ...one, kept: false });
    } else {
      result.unshift(one);
      block = one.whole ? one : null;
      span = most;
    }
  }
  return result;
}

/** How many accounts a goal can count at most. */
function accountsIn({ terms }: Goal, choices: readonly PlanChoice[]): number {
  const groups = new Set(terms.flatMap(({ column }) => choices[column]?.group ?? []));
  return [...groups].reduce((sum, { accounts }) => sum + accounts.length, 0);
}

function addUp(first: readonly Term[], weight: number, second: readonly Term[]): Term[] {
  const factors = new Map<number, number>();
  for (const { column, factor } of first) factors.set(column, factor * weight);
  for (const { column, factor } of second) factors.set(column, (factors.get(column) ?? 0) + factor);
  return [...factors].map(([column, factor]) => ({ column, factor })).sort((a, b) => a.column - b.column);
}

/** A plan to begin with: the hardest to place first, each to the least busy of those who fit. */
function firstTry(choices: readonly PlanChoice[], staff: PlanStaff, moveBudget: number | null): Term[] {
  const columnsOf = new Map<DemandGroup, number[]>();
  choices.forEach(({ group }, column) => {
    if (!isToCover(group.occasion)) return;
    const known = columnsOf.get(group);
    if (known) known.push(column);
    else columnsOf.set(group, [column]);
  });
  const loads = new Map(staff.carriers.map((carrier) => [carrier, carrier.load]));
  const counts = choices.map(() => 0);
  let budget = moveBudget ?? Number.POSITIVE_INFINITY;
  const order = [...columnsOf].sort(
    ([a, x], [b, y]) => x.length - y.length || b.load - a.load || compare(keyOf(a), keyOf(b)),
  );
  for (const [group, columns] of order) {
    for (let left = group.accounts.length; left > 0; left -= 1) {
      if (group.owner !== null && budget === 0) break;
      const best = columns
        .flatMap((column) => {
          const choice = choices[column];
          if (choice === undefined) return [];
          const change = shift(group, choice.candidate, staff);
          const isRoom = [...change].every(
            ([carrier, load]) =>
              load <= 0 || (loads.get(carrier) ?? 0) + load <= carrier.limit + LOAD_TOLERANCE,
          );
          if (!isRoom) return [];
          return {
            column,
            change,
            ...choice.candidate,
            busy: staff.utilisationOf(choice.candidate.owner, loads),
          };
        })
        .sort(
          (a, b) =>
            Number(a.isBesideProgram) - Number(b.isBesideProgram) ||
            a.busy - b.busy ||
            Number(b.knowsIndustry) - Number(a.knowsIndustry) ||
            a.column - b.column,
        )[0];
      if (best === undefined) break;
      for (const [carrier, load] of best.change) loads.set(carrier, (loads.get(carrier) ?? 0) + load);
      counts[best.column] = (counts[best.column] ?? 0) + 1;
      if (group.owner !== null) budget -= 1;
    }
  }
  return counts.map((factor, column) => ({ column, factor }));
}

function keyOf({ accounts }: DemandGroup): string {
  return accounts[0]?.externalId ?? '';
}

function goal(name: string, terms: readonly Term[], whole: boolean): Goal {
  return { name, terms, whole, kept: true, gap: whole ? 0.5 : 1e-6, slack: whole ? 0.1 : 1e-6, holds: [] };
}

function scale(terms: readonly Term[]): Term[] {
  return terms.map(({ column, factor }) => ({ column, factor: factor * SCALE }));
}

function negative(terms: readonly Term[]): Term[] {
  return terms.map(({ column, factor }) => ({ column, factor: -factor }));
}
