import { setTimeout as pause } from 'node:timers/promises';
import { type Dice } from '../../src/demo/dice';
import { type Replica } from './processes';

/** What a script sends again and again until it is acknowledged. */
interface Call {
  readonly key: string;
  readonly query: string;
  readonly input: object;
  /** What is known to hold once it is acknowledged. */
  readonly acknowledged: () => void;
}

const UPSERT = `mutation M($input: UpsertAccountsInput!) { upsertAccounts(input: $input) {
  userErrors { message } results { outcome userErrors { message } } } }`;
const OVERRIDE = `mutation M($input: OverrideTierInput!) { overrideTier(input: $input) {
  override { id } userErrors { message } } }`;
const TOUCH = `mutation M($input: LogTouchInput!) { logTouch(input: $input) {
  touch { id } userErrors { message } } }`;
const READS = [
  `{ accounts(first: 20) { totalCount nodes { externalId arr tier { key } } } }`,
  `{ breakdown(by: [TIER]) { rows { accounts arr } totals { accounts arr } } }`,
  `{ tierMoves(first: 10) { nodes { id kind account { externalId } } } }`,
];

const TIMEOUT_MS = 20_000;
const PAUSE_MS = 200;

/** What the clients of a run have been told, to be held against the book afterwards. */
export class Ledger {
  /** The ARR that was acknowledged last, by account. */
  readonly arr = new Map<string, string>();
  readonly overrides = new Set<string>();
  readonly touches = new Set<string>();
  /** How often each status came, "lost" for a request without an answer. */
  readonly statuses = new Map<string, number>();
  /** Answers that no client should ever get. */
  readonly wrong: string[] = [];
  readonly latencies: number[] = [];

  note(status: string): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  /** Writes of ARR that were acknowledged. */
  upserts = 0;

  get acknowledged(): number {
    return this.overrides.size + this.touches.size + this.upserts;
  }
}

/**
 * One client with accounts of its own: it writes and reads by turns, through whichever replica answers, and sends what
 * was not acknowledged again under the same key until it is.
 */
export class LoadClient {
  private count = 0;

  constructor(
    private readonly name: string,
    private readonly accounts: readonly string[],
    private readonly replicas: readonly Replica[],
    private readonly token: string,
    private readonly ledger: Ledger,
    private readonly dice: Dice,
  ) {}

  /** Goes on until it is told to stop, and then until what it has sent last is acknowledged. */
  async run(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      if (this.dice.chance(0.5)) await this.read();
      else await this.write(this.nextCall());
      await pause(this.dice.whole(1, 20));
    }
  }

  private nextCall(): Call {
    this.count += 1;
    const key = `${this.name}-${this.count}`;
    const externalId = this.dice.pick(this.accounts);
    const { ledger } = this;
    const kind = this.dice.whole(1, 10);
    if (kind <= 6) {
      const arr = `${this.dice.whole(1_000, 200_000)}.00`;
      return {
        key,
        query: UPSERT,
        input: { accounts: [{ externalId, arr }], idempotencyKey: key },
        acknowledged: () => {
          ledger.arr.set(externalId, arr);
          ledger.upserts += 1;
        },
      };
    }
    if (kind <= 8) {
      const tier = this.dice.pick(['strategic', 'core', 'scale', 'tech-touch']);
      const expiresOn = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
      const terms = { tier, reason: 'OTHER', note: `By the client ${key}`, expiresOn, supersede: true };
      return {
        key,
        query: OVERRIDE,
        input: { externalId, ...terms, idempotencyKey: key },
        acknowledged: () => ledger.overrides.add(key),
      };
    }
    return {
      key,
      query: TOUCH,
      input: {
        externalId,
        kind: 'TOUCH',
        channel: 'CALL',
        note: `By the client ${key}`,
        idempotencyKey: key,
      },
      acknowledged: () => ledger.touches.add(key),
    };
  }

  /** Tries again for as long as it takes: nobody gives up a write because a server is away. */
  private async write(call: Call): Promise<void> {
    for (;;) {
      const answer = await this.send(call.query, { input: call.input });
      if (answer?.status === 200 && answer.errors.length === 0) {
        const refusals = JSON.stringify(answer.data).match(/"message":"[^"]*"/g) ?? [];
        // The override that is asked for may be the tier that it has already: a refusal is an answer, too.
        if (refusals.length === 0) call.acknowledged();
        return;
      }
      await pause(PAUSE_MS);
    }
  }

  private async read(): Promise<void> {
    const begun = performance.now();
    const answer = await this.send(this.dice.pick(READS), {});
    if (answer?.status === 200) this.ledger.latencies.push(performance.now() - begun);
  }

  private async send(
    query: string,
    variables: object,
  ): Promise<{ status: number; data: unknown; errors: readonly { message: string }[] } | null> {
    const replica = this.dice.pick(this.replicas);
    try {
      const response = await fetch(`${replica.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const body = (await response.json()) as { data?: unknown; errors?: { message: string }[] };
      this.ledger.note(String(response.status));
      const { errors = [] } = body;
      // Whatever happens to the servers, what clients sent was right.
      if (response.status >= 400 && response.status < 500 && response.status !== 429) {
        this.ledger.wrong.push(`${response.status} ${JSON.stringify(errors).slice(0, 300)}`);
      }
      return { status: response.status, data: body.data, errors };
    } catch {
      this.ledger.note('lost');
      return null;
    }
  }
}
