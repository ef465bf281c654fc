import { BookFigureService } from '../../src/app/book-figure.service';
import { FigureKeeper } from '../../src/jobs/figure-keeper';
import { createDataSource } from '../../src/persistence/data-source';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { SystemClock } from '../../src/server/clock';

const SILENT = { error: ignore, warn: ignore, info: ignore, debug: ignore };

/**
 * Counts the figures of the book, and keeps them up as a worker does beside a server, until what comes back is called.
 */
export async function keepFigures(databaseUrl: string): Promise<() => Promise<void>> {
  const dataSource = await createDataSource(databaseUrl).initialize();
  const figures = new BookFigureService(new TypeOrmUnitOfWork(dataSource), new SystemClock('UTC'));
  const tidy = async (): Promise<void> => {
    await dataSource.query('VACUUM book_delta, book_figure, load_delta, load_figure');
  };
  await figures.keepUp();
  await tidy();
  const keeper = new FigureKeeper({ figures, tidy, log: SILENT });
  keeper.start();
  return async () => {
    await keeper.stop();
    await dataSource.destroy();
  };
}

function ignore(): void {
  // What goes wrong shows in the answers.
}
