import 'reflect-metadata';
import { describeError } from './server/describe-error';
import { startServer } from './server/start';

startServer(process.env).catch((error: unknown) => {
  for (const line of describeError(error)) process.stderr.write(`${line}\n`);
  process.exitCode = 1;
});
