import 'reflect-metadata';
import { printSchemaText } from '../../graphql/schema';
import { EXIT, type ExitCode, type Session } from '../session';

/** `tierbook schema print` */
export function runSchemaPrint({ stdout }: Session): Promise<ExitCode> {
  stdout.write(printSchemaText());
  return Promise.resolve(EXIT.DONE);
}
