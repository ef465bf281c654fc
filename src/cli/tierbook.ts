#!/usr/bin/env node
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import { type Command, Option } from 'commander';
import { type TierBasis } from '../app/ports/analytics';
import { readAccounts, readDay, readDimensions, readRole, readTierBasis } from './arguments';
import type * as exporting from './commands/export';
import type * as importing from './commands/import';
import type * as migrating from './commands/migrate';
import type * as recalculating from './commands/recalculate';
import type * as schema from './commands/schema';
import type * as seeding from './commands/seed';
import type * as starting from './commands/start';
import type * as tokens from './commands/token';
import type * as working from './commands/worker';
import { createProgram, HELP } from './help';
import { EXIT, type ExitCode, print, type Session } from './session';
import { describeError } from '../server/describe-error';
import { untilSignal } from './until-signal';

// What a command needs is loaded when it runs, so that the others start at once. Not by import(), whose paths
// would have to name files that exist only once TypeScript has been compiled.
const load = createRequire(__filename);

const session: Session = {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: new AbortController().signal,
};

/** Does what a command is for; its exit code is the process's, and an error is told in one line. */
async function run(work: () => Promise<ExitCode>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    print(
      process.stderr,
      describeError(error).map((line) => `tierbook: ${line}`),
    );
    if (process.env.LOG_LEVEL === 'debug') print(process.stderr, [inspect(error)]);
    process.exitCode = EXIT.FAILED;
  }
}

function defineCommands(program: Command): void {
  program
    .command('start')
    .description('start the API server; it runs until Ctrl-C')
    .action(() => run(() => (load('./commands/start') as typeof starting).runStart(session)));

  program
    .command('worker')
    .description('do the scheduled work of each day; it runs until Ctrl-C')
    .addHelpText('after', HELP.worker)
    .action(() =>
      run(() =>
        untilSignal(session, (stoppable) =>
          (load('./commands/worker') as typeof working).runWorker(stoppable),
        ),
      ),
    );

  program
    .command('migrate')
    .description('bring the database up to this version')
    .action(() => run(() => (load('./commands/migrate') as typeof migrating).runMigrate(session)));

  const seed = program.command('seed').description('fill an empty book');
  seed
    .command('demo')
    .description('load an invented book of accounts with two years of history')
    .addOption(new Option('--accounts <n>', 'how many accounts').default(2_000).argParser(readAccounts))
    .addHelpText('after', HELP.seedDemo)
    .action((given: { accounts: number }) =>
      run(() => (load('./commands/seed') as typeof seeding).runSeedDemo(session, given)),
    );

  defineImports(program.command('import').description('take a CSV file into the book'));
  defineExports(program.command('export').description('write the book to stdout'));

  program
    .command('recalculate')
    .description(
      'bring every account up to today: lines that start or end, facts that age, downgrades that fall due',
    )
    .option('--all', 'look at every account, even where nothing can have changed since it was last decided')
    .action((given: { all?: boolean }) =>
      run(() => (load('./commands/recalculate') as typeof recalculating).runRecalculate(session, given)),
    );

  defineTokens(program.command('token').description('tokens by which scripts and dashboards are let in'));

  program
    .command('schema')
    .description('the GraphQL schema')
    .command('print')
    .description('print it in the schema definition language')
    .action(() => run(() => (load('./commands/schema') as typeof schema).runSchemaPrint(session)));
}

function defineImports(parent: Command): void {
  const define = (what: string, description: string, help: string): Command =>
    parent
      .command(what)
      .usage('FILE [options]')
      .description(description)
      .argument('[FILE]', 'CSV in UTF-8 whose first line names the columns')
      .option('--map <field=column...>', 'which column holds a field, where it is not called like it')
      .addOption(new Option('--as-of <date>', 'the day that counts as today: YYYY-MM-DD').argParser(readDay))
      .option('--dry-run', 'say what would happen, and write nothing to the database')
      .addHelpText('after', help);

  define('accounts', 'create and change accounts', HELP.importAccounts).action(
    (file: string | undefined, given: importing.ImportArguments) =>
      run(() =>
        untilSignal(session, (stoppable) =>
          (load('./commands/import') as typeof importing).runImportAccounts(stoppable, file, given),
        ),
      ),
  );
  define('subscriptions', 'set the subscription lines of accounts', HELP.importSubscriptions).action(
    (file: string | undefined, given: importing.ImportArguments) =>
      run(() =>
        untilSignal(session, (stoppable) =>
          (load('./commands/import') as typeof importing).runImportSubscriptions(stoppable, file, given),
        ),
      ),
  );
  define('csms', 'create and change CSMs, their employment and their pools', HELP.importCsms).action(
    (file: string | undefined, given: importing.ImportArguments) =>
      run(() =>
        untilSignal(session, (stoppable) =>
          (load('./commands/import') as typeof importing).runImportCsms(stoppable, file, given),
        ),
      ),
  );
  define('portfolios', 'say who looks after which account, since when', HELP.importPortfolios).action(
    (file: string | undefined, given: importing.ImportArguments) =>
      run(() =>
        untilSignal(session, (stoppable) =>
          (load('./commands/import') as typeof importing).runImportPortfolios(stoppable, file, given),
        ),
      ),
  );
  define('support', 'set tickets and adoption of accounts by month', HELP.importSupport).action(
    (file: string | undefined, given: importing.ImportArguments) =>
      run(() =>
        untilSignal(session, (stoppable) =>
          (load('./commands/import') as typeof importing).runImportSupport(stoppable, file, given),
        ),
      ),
  );
}

function defineExports(parent: Command): void {
  const define = (what: string, description: string, help: string): Command =>
    parent
      .command(what)
      .description(description)
      .addOption(
        new Option('--format <format>', 'how it is written').choices(['csv', 'jsonl']).default('csv'),
      )
      .option('--segment <name>', 'only accounts that are members of this segment')
      .option('--where <filter>', 'only these accounts: an AccountFilter of the API as JSON')
      .addHelpText('after', help);

  const flat = {
    accounts: 'every account with its facts, tiers and score',
    movements: 'every change of ARR, the earliest first',
    history: 'every row of the tier history, the earliest first',
  } as const;
  for (const [what, description] of Object.entries(flat) as [keyof typeof flat, string][]) {
    const command = define(what, description, HELP.exportFlat).action((given: exporting.ExportArguments) =>
      run(() => (load('./commands/export') as typeof exporting).runExport(session, what, given)),
    );
    if (what === 'accounts') continue;
    command
      .addOption(new Option('--from <date>', 'the first day of the rows: YYYY-MM-DD').argParser(readDay))
      .addOption(new Option('--to <date>', 'the last day of the rows: YYYY-MM-DD').argParser(readDay));
  }
  define('breakdown', 'the book in groups, with ARR, shares and retention', HELP.exportBreakdown)
    .addOption(
      new Option(
        '--by <dimensions>',
        'up to 3 dimensions, such as TIER,INDUSTRY; without them, the whole book',
      )
        .default([], 'none')
        .argParser(readDimensions),
    )
    .addOption(
      new Option('--as-of <date>', 'the day it is about: YYYY-MM-DD; today if left out').argParser(readDay),
    )
    .addOption(
      new Option('--tier-basis <basis>', 'whose tiers a past day has: RECORDED or PUBLISHED_MODEL')
        .default('RECORDED' satisfies TierBasis)
        .argParser(readTierBasis),
    )
    .action((given: exporting.ExportArguments) =>
      run(() => (load('./commands/export') as typeof exporting).runExport(session, 'breakdown', given)),
    );
}

function defineTokens(parent: Command): void {
  parent
    .command('create')
    .description('make a token and print it once')
    .requiredOption('--name <name>', 'what or who it is for')
    .addOption(new Option('--role <role>', 'what it may do').argParser(readRole).makeOptionMandatory())
    .addOption(
      new Option('--expires <date>', 'the first day on which it is refused: YYYY-MM-DD').argParser(readDay),
    )
    .option('--csm <externalId>', 'the CSM whose portfolio is its own; the role CSM needs one')
    .addHelpText('after', HELP.tokenCreate)
    .action((given: tokens.TokenArguments) =>
      run(() => (load('./commands/token') as typeof tokens).runTokenCreate(session, given)),
    );
  parent
    .command('list')
    .description('say which tokens there are, and when they were last used')
    .addHelpText('after', HELP.tokenList)
    .action(() => run(() => (load('./commands/token') as typeof tokens).runTokenList(session)));
  parent
    .command('revoke')
    .description('make tokens useless at once')
    .argument('<name-or-prefix>', 'the name of a token, or how its text begins')
    .addHelpText('after', HELP.tokenRevoke)
    .action((nameOrPrefix: string) =>
      run(() => (load('./commands/token') as typeof tokens).runTokenRevoke(session, nameOrPrefix)),
    );
}

const program = createProgram();
defineCommands(program);
void program.parseAsync();
