import { type Book, openBook } from '../server/book';
import { type Config, readConfig } from '../server/config';
import { print, type Session } from './session';

/** Opens the book that the environment names, and lets go of it when the work has ended. */
export async function withBook<T>(
  { env, stderr }: Session,
  work: (book: Book, config: Config) => Promise<T>,
): Promise<T> {
  const config = readConfig(env);
  const book = await openBook(config, 'command', (line) => {
    print(stderr, [line]);
  });
  try {
    return await work(book, config);
  } finally {
    await book.close();
  }
}
