import { COMMAND_LINE } from '../../app/actor';
import { type Recalculation, type RecalculationService } from '../../app/recalculation.service';
import { startProgress } from '../progress';
import { EXIT, type ExitCode, print, type Session } from '../session';
import { withBook } from '../with-book';
import { counted, grouped } from './import-summary';

/** `tierbook recalculate` */
export async function runRecalculate(session: Session, { all = false } = {}): Promise<ExitCode> {
  const result = await withBook(session, ({ recalculation }) => recalculate(recalculation, all));
  print(session.stdout, [
    `Scored ${counted(result.scored, 'account')}: ${grouped(result.changed)} changed, ${grouped(result.moved)} moved.`,
  ]);
  return EXIT.DONE;
}

/** Brings the book up to the day, with progress. */
export async function recalculate(
  recalculation: RecalculationService,
  everyAccount = false,
): Promise<Recalculation> {
  const progress = startProgress({ label: 'recalculate', unit: 'accounts' });
  try {
    return await recalculation.recalculate(COMMAND_LINE, {
      everyAccount,
      onProgress: (accounts) => {
        progress.advance(accounts);
      },
    });
  } finally {
    progress.finish();
  }
}
