import { Command } from 'commander';
import { ROLES } from '../app/actor';
import { DIMENSIONS } from '../domain/segment';
import { type CsvColumn } from './csv-file';
import {
  ACCOUNT_IMPORT_FIELDS,
  CSM_IMPORT_FIELDS,
  PORTFOLIO_IMPORT_FIELDS,
  SUBSCRIPTION_IMPORT_FIELDS,
  SUPPORT_IMPORT_FIELDS,
} from './import-fields';

const WIDTH = 78;

/** The texts below the options of each command; every one of them shows how it is called. */
export const HELP = {
  tierbook: `
Examples:
  tierbook start
  tierbook import accounts accounts.csv --map externalId=account_id --map name=account_name
  tierbook export breakdown --by TIER,INDUSTRY > breakdown.csv

The database is the one of DATABASE_URL, or else the embedded PostgreSQL in TIERBOOK_DATA_DIR (.data); while a
server runs on that one, commands join it. LOG_LEVEL=debug shows where an error comes from.`,

  worker: `
With DATABASE_URL run at least one beside the servers; several share the work, and one that is killed is made up for
by the next. A server on the embedded database does this work itself. After downtime every missed day is run in its
order, as of that day. It sends the webhooks as well.

Example:
  DATABASE_URL=postgres://user:password@host:5432/tierbook tierbook worker`,

  importAccounts: `
Every row is one account, known by its externalId; an account that exists already is changed. A field without a
column stays as it is, an empty cell makes it missing. Parents may come after their children. Rows that are wrong
go to FILE.rejects.csv with line, field and reason, and the rest goes on. Running the same file again on the same
day changes nothing.

Fields (columns that are called so need no --map):
${fields(ACCOUNT_IMPORT_FIELDS)}

Examples:
  tierbook import accounts accounts.csv --dry-run
  tierbook import accounts crm.csv --map externalId=account_id name=account_name customerSince=signup_date

${exitCodes()}`,

  importSubscriptions: `
A file holds all lines of every account that it names, in any order: lines that it no longer has are removed. The
ARR of an account on a day is the sum of its lines with start <= day, and end empty or > day. Import the accounts
first. Lines that are wrong go to FILE.rejects.csv with line, field and reason, and the rest goes on; of an account
with a rejected line nothing is removed. Running the same file again on the same day changes nothing.

Fields (columns that are called so need no --map):
${fields(SUBSCRIPTION_IMPORT_FIELDS)}

Examples:
  tierbook import subscriptions subscriptions.csv
  tierbook import subscriptions billing.csv --map account=account_id start=start_date end=end_date arr=arr_amount

${exitCodes()}`,

  importCsms: `
Every row is a term of employment of one CSM: from its first day up to the day on which it no longer counts, with an
FTE above 0 and at most 1. A file holds all terms of every CSM that it names; what it says of the person counts as the
row of the latest term has it. A field without a column stays as it is, an empty cell makes it missing; without from a
term holds since ever, without fte it is full-time. Lists are separated by ; or |. Pools that do not exist are made.
One who looks after accounts cannot be made to leave by a file. Rows that are wrong go to FILE.rejects.csv with all
rows of the same CSM, and the rest goes on. Running the same file again changes nothing.

Fields (columns that are called so need no --map):
${fields(CSM_IMPORT_FIELDS)}

Examples:
  tierbook import csms csms.csv
  tierbook import csms hr.csv --map externalId=employee_id name=full_name from=hired to=left

${exitCodes()}`,

  importPortfolios: `
Every row says who looks after an account from a day on: a csm or a pool. Rows of one account follow one another, so
that a file may hold their history; without from it is the day of the import. Import accounts and CSMs first. Whoever
looks after an account now must work here; the top tier needs a csm and an executiveSponsor, the lowest has neither
csm nor pool, nor has a churned account: rows that break this are rejected. They go to FILE.rejects.csv with line,
field and reason, and the rest goes on. Running the same file again changes nothing.

Fields (columns that are called so need no --map):
${fields(PORTFOLIO_IMPORT_FIELDS)}

Examples:
  tierbook import portfolios portfolios.csv
  tierbook import portfolios crm.csv --map account=account_id csm=owner_id from=owner_since

${exitCodes()}`,

  importSupport: `
Every row has the figures of one account in one month, written as 2026-03: tickets, those whose first answer came
within what the tier is owed, and how far the product is in use in percent. A field without a column stays as it is, an
empty cell makes it missing. Import the accounts first. Rows that are wrong, such as more tickets answered in time than
there were, go to FILE.rejects.csv with line, field and reason, and the rest goes on. Running the same file again
changes nothing.

Fields (columns that are called so need no --map):
${fields(SUPPORT_IMPORT_FIELDS)}

Examples:
  tierbook import support support.csv
  tierbook import support desk.csv --map account=account_id month=period answeredInTime=within_sla

${exitCodes()}`,

  exportFlat: `
CSV has a header and escapes cells that a spreadsheet would run as formulas; JSONL has one object a line. Both
use the names of the API. Amounts are in the base currency, moments in UTC. A running server gives the same tables
at /exports/accounts.csv and so on.

Examples:
  tierbook export accounts > accounts.csv
  tierbook export accounts --segment "Banks at risk" > banks.csv
  tierbook export history --where '{"tier":{"eq":"core"}}' --from 2026-01-01 --to 2026-03-31 > core.csv
  tierbook export movements --format jsonl | gzip > movements.jsonl.gz`,

  exportBreakdown: `
One row a group; unknown values are a group of their own with an empty cell. Shares are fractions of 1. The
members of a segment are those of the day that the breakdown is about.

Dimensions:
${wrapped(DIMENSIONS)}

Examples:
  tierbook export breakdown --by TIER
  tierbook export breakdown --by TIER,INDUSTRY --as-of 2024-12-31 --tier-basis PUBLISHED_MODEL --format jsonl`,

  tokenCreate: `
The token is printed once, alone on stdout; only its hash is kept.

Roles, from the least to the most: ${ROLES.join(', ')}

Examples:
  tierbook token create --name dashboard --role VIEWER
  tierbook token create --name nightly-sync --role ADMIN --expires 2027-01-01
  tierbook token create --name anna --role CSM --csm CSM-7`,

  tokenList: `
The newest first, revoked and expired ones too. Days are in UTC; the last use is known to within an hour.

Example:
  tierbook token list`,

  tokenRevoke: `
Examples:
  tierbook token revoke dashboard
  tierbook token revoke tb_4f0c1`,

  seedDemo: `
The demo book is the same each time on the same day; it only goes into an empty database.

Example:
  tierbook seed demo --accounts 10000`,
} as const;

/** A command that answers mistakes with a pointer to its help. */
export function createProgram(): Command {
  return new Command('tierbook')
    .description('Keeps the accounts of a Customer Success organisation in tiers, and says why.')
    .showHelpAfterError('(--help shows how it is called)')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', HELP.tierbook);
}

function fields(columns: readonly CsvColumn[]): string {
  return wrapped(columns.map(({ field, required }) => (required ? `${field} (required)` : field)));
}

function wrapped(words: readonly string[]): string {
  const lines = [''];
  words.forEach((word, index) => {
    const text = index === words.length - 1 ? word : `${word},`;
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + text.length > WIDTH) lines.push(text);
    else lines[lines.length - 1] = line === '' ? text : `${line} ${text}`;
  });
  return lines.map((line) => `  ${line}`).join('\n');
}

function exitCodes(): string {
  return `Exit code: 0 if all rows went in, 2 if some were rejected, 1 if the import failed, 130 if it was
interrupted; what went in before stays in, and the same command can be run again.`;
}
