import { Client } from 'pg';

/** What a server asks by itself, whoever calls it. */
const OWN_QUESTIONS = /throttle_bucket|pg_notify|^(LISTEN|NOTIFY)\b/;

/** What was sent to PostgreSQL. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Notes the statements that this process sends to PostgreSQL, BEGIN and COMMIT included. */
export class SentStatements {
  private sent: SentStatement[] = [];
  private readonly spy: jest.SpyInstance;

  constructor() {
    const client = Client.prototype as unknown as { query: (...given: unknown[]) => unknown };
    const { query } = client;
    const note = (statement: SentStatement): void => {
      if (!OWN_QUESTIONS.test(statement.text)) this.sent.push(statement);
    };
    this.spy = jest.spyOn(client, 'query').mockImplementation(function (this: unknown, ...given: unknown[]) {
      note(statementOf(given));
      return query.apply(this, given);
    });
  }

  /** What was sent since the last call. */
  take(): readonly SentStatement[] {
    const taken = this.sent;
    this.sent = [];
    return taken;
  }

  stop(): void {
    this.spy.mockRestore();
  }
}

/** A statement is given as a text and its values, or as something that holds both: a configuration, or a cursor. */
function statementOf([statement, given]: readonly unknown[]): SentStatement {
  if (typeof statement === 'string') return { text: statement, values: Array.isArray(given) ? given : [] };
  const { cursor = statement } = statement as { cursor?: unknown };
  const { text = '', values = [] } = cursor as Partial<SentStatement>;
  return { text, values };
}
