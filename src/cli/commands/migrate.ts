import { EXIT, type ExitCode, print, type Session } from '../session';
import { withBook } from '../with-book';
import { counted } from './import-summary';

/** `tierbook migrate`: opening the book runs what is outstanding. */
export async function runMigrate(session: Session): Promise<ExitCode> {
  const migrated = await withBook(session, (book) => Promise.resolve(book.migrated));
  print(session.stdout, [
    migrated.length === 0
      ? 'The database is up to date; no migration was outstanding.'
      : `Ran ${counted(migrated.length, 'migration')}: ${migrated.join(', ')}.`,
  ]);
  return EXIT.DONE;
}
