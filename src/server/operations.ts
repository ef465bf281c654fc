import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from './project';

/** A documented example: an operation, and the variables to try it with. */
export interface ExampleOperation {
  /** The file's name without its ending, such as "account". */
  readonly name: string;
  readonly query: string;
  /** JSON; absent for an operation without variables. */
  readonly variables?: string;
}

/** The examples of `schema/operations`, in the order of their files, in which the tests run them. */
export function readOperations(): ExampleOperation[] {
  const folder = join(projectRoot(), 'schema', 'operations');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => {
      const name = basename(file, '.graphql');
      const variables = join(folder, `${name}.variables.json`);
      return {
        name,
        query: readFileSync(join(folder, file), 'utf8'),
        ...(existsSync(variables) ? { variables: readFileSync(variables, 'utf8') } : {}),
      };
    });
}

/** The examples as the explorer shows them: what only asks comes before what changes something. */
export function explorerTabs(): ExampleOperation[] {
  const examples = readOperations();
  const changes = ({ query }: ExampleOperation): boolean => /^mutation\b/m.test(query);
  return [...examples.filter((example) => !changes(example)), ...examples.filter(changes)];
}
