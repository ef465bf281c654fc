import { loadDemoBook } from '../demo/load-demo-book';
import { startProgress } from '../progress';
import { CommandError, EXIT, type ExitCode, print, type Session } from '../session';
import { withBook } from '../with-book';
import { counted } from './import-summary';

/** `tierbook seed demo`: never over a book that holds anything. */
export async function runSeedDemo(
  session: Session,
  { accounts }: { readonly accounts: number },
): Promise<ExitCode> {
  await withBook(session, async ({ unitOfWork, clock }, { baseCurrency }) => {
    if (!(await unitOfWork.run((stores) => stores.accounts.isEmpty()))) {
      throw new CommandError(
        'the book holds accounts already; the demo book only goes into an empty database',
      );
    }
    const progress = startProgress({ label: 'seed demo', unit: 'accounts', total: accounts });
    try {
      await loadDemoBook({
        unitOfWork,
        baseCurrency,
        accounts,
        today: clock.today(),
        onProgress: progress.advance,
      });
    } finally {
      progress.finish();
    }
  });
  print(session.stdout, [`Loaded a demo book of ${counted(accounts, 'account')}.`]);
  return EXIT.DONE;
}
