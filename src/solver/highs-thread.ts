import { parentPort, workerData } from 'node:worker_threads';
import { type IntegerProgram } from '../domain/integer-program';
import { type SearchLimits, solveWithHighs } from './highs-program';

const { program, limits } = workerData as { program: IntegerProgram; limits: SearchLimits };

// What it throws ends the thread, and reaches whoever asked as the thread's error.
void solveWithHighs(program, limits).then((solution) => {
  parentPort?.postMessage(solution);
});
