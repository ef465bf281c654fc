import { type IntegerProgram, type ProgramSolution } from '../../domain/integer-program';

/** Finds the best values of a program. The same program gives the same values, unless the clock ended the search. */
export interface Solver {
  solve(program: IntegerProgram): Promise<ProgramSolution>;
}
