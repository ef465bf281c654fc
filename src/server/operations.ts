import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A documented example: an operation, and the variables to try it with. */
export interface ExampleOperation {
  /** The file's name without its ending, such as "account". */
  readonly name: string;
  readonly query: string;
  /** JSON; absent for an operation without variables. */
  readonly variables?: string;
}

/** The examples of `schema/operations`, in the order of their files; the explorer shows them and the tests run them. */
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

/** The folder that package.json lies in: the same for the sources and for what is built from them. */
function projectRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the folder of package.json was not found above the program');
    folder = parent;
  }
  return folder;
}
