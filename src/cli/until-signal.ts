import { type ExitCode, EXIT, print, type Session } from './session';

/** npm passes a Ctrl-C on that the terminal has sent to its command already, so one press can come twice. */
const SAME_PRESS_MS = 1_000;

/** Does work that can stop in order: the first signal aborts the session's, a second one ends the process at once. */
export async function untilSignal(
  session: Session,
  work: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const controller = new AbortController();
  let firstAt = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      controller.abort(signal);
      print(session.stderr, ['stopping after the running batch; press Ctrl-C again to break off at once']);
    } else if (performance.now() - firstAt > SAME_PRESS_MS) {
      process.exit(signal === 'SIGTERM' ? EXIT.TERMINATED : EXIT.INTERRUPTED);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work({ ...session, signal: controller.signal });
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
