import { Client } from 'pg';
import { type BatchedStatement, StatementBatch } from '../../src/persistence/statement-batch';

/** What a server asks by itself, whoever calls it. */
const OWN_QUESTIONS = /throttle_bucket|pg_notify|^(LISTEN|NOTIFY)\b/;

/** What was sent to PostgreSQL. */
export interface SentStatement {
  readonly text: string;
  /** Whether its plan is the one for all values, whatever PostgreSQL thinks of that. */
  readonly onePlan: boolean;
  readonly values: readonly unknown[];
  /** Those of one number travelled together, on one connection. */
  readonly message: number;
}

/** What is said of a statement where it is sent. */
type Given = Pick<SentStatement, 'text' | 'values'>;

/** Says that a connection makes the plans of what follows once for all values, or not. */
const PLAN_MODE = /^SELECT set_config\('plan_cache_mode', '(\w+)'/;

/** Notes the statements that this process sends to PostgreSQL, BEGIN and COMMIT included. */
export class SentStatements {
  private sent: SentStatement[] = [];
  private readonly spy: jest.SpyInstance;

  constructor() {
    const client = Client.prototype as unknown as { query: (...given: unknown[]) => unknown };
    const { query } = client;
    const plansOnce = new WeakMap<object, boolean>();
    let message = 0;
    const note = (connection: object, { text, values }: Given): void => {
      const [, mode] = PLAN_MODE.exec(text) ?? [];
      if (mode !== undefined) plansOnce.set(connection, mode === 'force_generic_plan');
      else if (!OWN_QUESTIONS.test(text)) {
        this.sent.push({ text, values, onePlan: plansOnce.get(connection) ?? false, message });
      }
    };
    this.spy = jest.spyOn(client, 'query').mockImplementation(function (this: object, ...given: unknown[]) {
      message += 1;
      for (const statement of statementsOf(given)) note(this, statement);
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

/**
 * Statements are given as a batch, or each as a text and its values, or as something that holds both: a
 * configuration, or a cursor.
 */
function statementsOf([given, values]: readonly unknown[]): readonly Given[] {
  if (given instanceof StatementBatch) return (given as StatementBatch<BatchedStatement>).statements;
  if (typeof given === 'string') return [{ text: given, values: Array.isArray(values) ? values : [] }];
  const { cursor = given } = given as { cursor?: unknown };
  const one = cursor as Partial<SentStatement>;
  return [{ text: one.text ?? '', values: one.values ?? [] }];
}
