import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Solver } from '../app/ports/solver';
import { type IntegerProgram, type ProgramSolution } from '../domain/integer-program';
import { type SearchLimits } from './highs-program';

/** Nodes are what ends a search; the seconds are a safety net. */
const LIMITS: SearchLimits = { nodes: 10, seconds: 60 };
/** Seconds in which a solver that does not look at its clock may still end. */
const PATIENCE = 30;
const MEGABYTES = 1_024;

/**
 * HiGHS in a thread of its own for each program, so that everybody else goes on meanwhile and all its memory is given
 * back. The thread ends with the process.
 */
export class HighsSolver implements Solver {
  constructor(private readonly limits: SearchLimits = LIMITS) {}

  solve(program: IntegerProgram): Promise<ProgramSolution> {
    const extension = extname(__filename);
    const worker = new Worker(join(__dirname, `highs-thread${extension}`), {
      workerData: { program, limits: this.limits },
      resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
      // Where the sources run as they are, the thread has to be told how.
      ...(extension === '.ts' && { execArgv: ['-r', '@swc-node/register'] }),
    });
    return new Promise<ProgramSolution>((resolve, reject) => {
      const timer = setTimeout(
        () => {
          reject(new Error('the solver did not end in time'));
          void worker.terminate();
        },
        (this.limits.seconds + PATIENCE) * 1_000,
      );
      worker.once('message', (solution: ProgramSolution) => {
        resolve(solution);
        void worker.terminate();
      });
      worker.once('error', reject);
      worker.once('exit', () => {
        clearTimeout(timer);
        reject(new Error('the solver ended without an answer'));
      });
    });
  }
}
