import { loadDemoBook } from '../../demo/load-demo-book';
import { startProgress } from '../progress';
import { EXIT, type ExitCode, print, type Session } from '../session';
import { withBook } from '../with-book';
import { counted } from './import-summary';

/** `tierbook seed demo`: never over a book that holds anything. */
export async function runSeedDemo(
  session: Session,
  { accounts }: { readonly accounts: number },
): Promise<ExitCode> {
  await withBook(session, async ({ unitOfWork, clock, analyse }, { baseCurrency }) => {
    const progress = startProgress({ label: 'seed demo', unit: 'accounts', total: accounts });
    const onProgress = (done: number): void => {
      progress.advance(done);
    };
    try {
      await loadDemoBook({ unitOfWork, baseCurrency, accounts, today: clock.today(), onProgress });
      await analyse();
    } finally {
      progress.finish();
    }
  });
  print(session.stdout, [`Loaded a demo book of ${counted(accounts, 'account')}.`]);
  return EXIT.DONE;
}
