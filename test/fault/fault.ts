import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { runFaults } from './fault-run';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '180' },
    seed: { type: 'string', default: String(Date.now()) },
  },
});
const { seed } = values;
process.stdout.write(`seed ${seed}\n`);

runFaults({
  seconds: Number(values.seconds),
  seed,
  withWorkers: true,
  say: (line) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`),
}).then(
  ({ findings, figures }) => {
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
    process.stdout.write(findings.length === 0 ? 'all held\n' : `${findings.join('\n')}\n`);
    process.exit(findings.length === 0 ? 0 : 1);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
