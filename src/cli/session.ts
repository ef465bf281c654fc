/** What a command has of the process it runs in. */
export interface Session {
  readonly env: NodeJS.ProcessEnv;
  /** What was asked for; everything else goes to `stderr`. */
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborted when the process is asked to stop; the reason is the name of the signal. */
  readonly signal: AbortSignal;
}

export const EXIT = { DONE: 0, FAILED: 1, SOME_REJECTED: 2, INTERRUPTED: 130, TERMINATED: 143 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something is wrong with how a command was called, or with the world around it; the message says what to do. */
export class CommandError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
  }
}

export function print(stream: NodeJS.WritableStream, lines: readonly string[]): void {
  for (const line of lines) stream.write(`${line}\n`);
}
