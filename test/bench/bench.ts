import 'reflect-metadata';
import { Command } from 'commander';
import { breakdownGrowth, type BreakdownWishes } from './breakdown-growth';
import { carriedLoad, type CarriedWishes } from './carried-load';
import { contest, type ContestWishes, STARTERS } from './contest';
import { installedSize } from './installed-size';
import { QUESTIONS } from './question';
import { startUp, type StartUpWishes } from './start-up';

const command = new Command('bench').description('measures Tierbook');
command
  .command('contest', { isDefault: true })
  .description('beside a bare handler and its peers, on one book')
  .option('--accounts <count>', 'accounts of the book', '100000')
  .option('--rounds <count>', 'how often everything is measured', '3')
  .option('--seconds <count>', 'how long each contender is asked one question at one go', '1')
  .option('--warm-up <seconds>', 'how long each is asked every question before anything is measured', '4')
  .option('--writes <count>', 'the most overrides of a contender at one go', '1500')
  .option('--connections <counts>', 'connections, one after another', '1,10,50')
  .option('--only <contenders>', `of ${Object.keys(STARTERS).join(',')}`)
  .option('--questions <questions>', `of ${QUESTIONS.join(',')}`)
  .action((wishes: ContestWishes) => contest(wishes));
command
  .command('breakdown')
  .description('the breakdown by tier of a small and a large book, and the query that scans them')
  .option('--small <count>', 'accounts of the small book', '10000')
  .option('--large <count>', 'accounts of the large book', '1000000')
  .option('--rounds <count>', 'how often everything is measured', '5')
  .option('--seconds <count>', 'how long each is asked at one go', '5')
  .option('--warm-up <seconds>', 'how long each is asked before anything is measured', '4')
  .action((wishes: BreakdownWishes) => breakdownGrowth(wishes));
command
  .command('start-up')
  .description('how long the built server takes until it is ready, on a book that is there')
  .option('--accounts <count>', 'accounts of the book', '100000')
  .option('--starts <count>', 'how often it is started', '7')
  .action((wishes: StartUpWishes) => startUp(wishes));
command
  .command('carried')
  .description('what an answer costs the server and PostgreSQL, and so how many a core of either carries')
  .option('--accounts <count>', 'accounts of the book', '100000')
  .option('--seconds <count>', 'how long each question is asked', '5')
  .option('--writes <count>', 'the most overrides', '3000')
  .action((wishes: CarriedWishes) => carriedLoad(wishes));
command
  .command('size')
  .description('what an installation without development tools takes')
  .action(() => installedSize());

command.parseAsync().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
