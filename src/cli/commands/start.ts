import { startServer } from '../../server/start';
import { EXIT, type ExitCode, type Session } from '../session';

/** `tierbook start`: runs the server; the process ends when the server is asked to stop. */
export async function runStart({ env }: Session): Promise<ExitCode> {
  await startServer(env);
  return EXIT.DONE;
}
