import loadHighs, { type Highs } from 'highs';
import {
  type Goal,
  type GoalOutcome,
  type IntegerProgram,
  type ProgramSolution,
  type Term,
} from '../domain/integer-program';

export interface SearchLimits {
  /** Nodes of the search for each goal. */
  readonly nodes: number;
  /** Seconds for all goals together: a safety net, since what a clock ends is not found again. */
  readonly seconds: number;
}

/** The longest cuts are kept for a few rounds only: more of them take long and find nothing better here. */
const CUT_AGE = 5;
/** What HiGHS calls a solution that keeps all rows. */
const FEASIBLE = 2;

type Model = ReturnType<Highs['createModel']>;

/** Solves the program with HiGHS, goal by goal, on the thread that it is called on. */
export async function solveWithHighs(
  program: IntegerProgram,
  limits: SearchLimits,
): Promise<ProgramSolution> {
  const highs = await loadHighs();
  const infinity = highs.infinity;
  const { columns, rows } = program;
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (const { terms } of rows) {
    for (const { column, factor } of terms) {
      indices.push(column);
      values.push(factor);
    }
    starts.push(indices.length);
  }
  const model = highs.createModel({
    numCols: columns.length,
    numRows: rows.length,
    sense: highs.constants.objectiveSense.minimize,
    offset: 0,
    colCost: columns.map(() => 0),
    colLower: columns.map(() => 0),
    colUpper: columns.map(({ upper }) => upper ?? infinity),
    rowLower: rows.map(({ lower }) => lower ?? -infinity),
    rowUpper: rows.map(({ upper }) => upper ?? infinity),
    matrix: { format: 'csr', numRows: rows.length, numCols: columns.length, starts, indices, values },
    integrality: columns.map(({ whole }) => (whole ? 1 : 0)),
  });
  try {
    model.options.set({
      output_flag: false,
      random_seed: 1,
      mip_rel_gap: 0,
      mip_max_nodes: limits.nodes,
      mip_detect_symmetry: false,
      mip_lp_age_limit: CUT_AGE,
      mip_pool_age_limit: CUT_AGE,
    });
    return pursue(highs, model, program, limits);
  } finally {
    model.dispose();
  }
}

function pursue(
  highs: Highs,
  model: Model,
  { columns, goals, start }: IntegerProgram,
  { seconds }: SearchLimits,
): ProgramSolution {
  const { modelStatus } = highs.constants;
  const whole = columns.flatMap(({ whole: isWhole }, column) => (isWhole ? column : []));
  let best = columns.map(() => 0);
  for (const { column, factor } of start) best[column] = factor;
  const outcomes: GoalOutcome[] = [];
  let left = seconds;
  for (const goal of goals) {
    for (const set of goal.holds) {
      const sum = set.reduce((total, column) => total + (best[column] ?? 0), 0);
      model.addRow(sum, sum, { indices: set, values: set.map(() => 1) });
    }
    model.changeColsCost({ kind: 'range', from: 0, to: columns.length - 1 }, costsOf(goal, columns.length));
    model.options.set({
      mip_abs_gap: goal.gap,
      time_limit: left,
    });
    model.setSolution({ indices: whole, values: whole.map((column) => best[column] ?? 0) });
    model.zeroAllClocks();
    model.run();
    left -= model.getRunTime();
    const status = model.getModelStatus();
    const isClock = status === modelStatus.timeLimit;
    const isSolved = status === modelStatus.optimal || status === modelStatus.solutionLimit;
    if (!isSolved && !isClock && status !== modelStatus.iterationLimit) {
      throw new Error(`HiGHS ended with the status ${status} on the goal ${goal.name}`);
    }
    if (model.info.get('primal_solution_status') === FEASIBLE) {
      best = rounded(Array.from(model.getSolution().colValue), columns);
    }
    const value = valueOf(goal.terms, best);
    outcomes.push({
      name: goal.name,
      value,
      bound: Math.min(value, model.info.get('mip_dual_bound') as number),
      nodes: Number(model.info.get('mip_node_count')),
    });
    if (isClock || left <= 0) return { values: best, goals: outcomes, stoppedByClock: true };
    if (goal.kept) keep(model, goal, value, -highs.infinity);
  }
  return { values: best, goals: outcomes, stoppedByClock: false };
}

/** From now on the goal must stay as good as it is. */
function keep(model: Model, { terms, slack }: Goal, value: number, none: number): void {
  model.addRow(none, value + slack, {
    indices: terms.map(({ column }) => column),
    values: terms.map(({ factor }) => factor),
  });
}

function costsOf({ terms }: Goal, columns: number): number[] {
  const costs = new Array<number>(columns).fill(0);
  for (const { column, factor } of terms) costs[column] = factor;
  return costs;
}

function rounded(values: readonly number[], columns: IntegerProgram['columns']): number[] {
  return values.map((value, column) => (columns[column]?.whole ? Math.round(value) : value));
}

function valueOf(terms: readonly Term[], values: readonly number[]): number {
  return terms.reduce((sum, { column, factor }) => sum + factor * (values[column] ?? 0), 0);
}
