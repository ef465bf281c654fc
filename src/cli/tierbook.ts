#!/usr/bin/env node
import { createRequire } from 'node:module';
import { type Command, Option } from 'commander';
import { DIMENSIONS } from '../domain/segment';
import { readAccounts, readDay, readDimensions, readRole, readTierBasis } from './arguments';
import type * as exporting from './commands/export';
import type * as importing from './commands/import';
import type * as migrating from './commands/migrate';
import type * as recalculating from './commands/recalculate';
import type * as schema from './commands/schema';
import type * as seeding from './commands/seed';
import type * as starting from './commands/start';
import type * as tokens from './commands/token';
import { ENVIRONMENT, EXIT_CODES, FIELDS_OF_ACCOUNTS, FIELDS_OF_SUBSCRIPTIONS, createProgram } from './help';
import { describeError, EXIT, type ExitCode, print, type Session } from './session';

// What a command needs is loaded when it runs, so that the others start at once. Not by import(), whose paths
// would have to name files that exist only where TypeScript has been compiled.
const load = createRequire(__filename);
