import { somebody } from './override-book';
import { type TestDatabase } from './database';
import { verify, type WebhookReceiver } from './webhook-receiver';
import { type Clock } from '../../src/app/ports/clock';
import { WebhookDeliveryService } from '../../src/app/webhook-delivery.service';
import { type WebhookCreation, WebhookService } from '../../src/app/webhook.service';
import { type CalendarDate, parseDate } from '../../src/domain/calendar';
import { messageOf } from '../../src/graphql/webhook/webhook-payload';
import { type JobLog } from '../../src/jobs/queue';
import { type WebhookAttemptOutcome, WebhookDispatcher } from '../../src/jobs/webhook-dispatcher';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { SqlWebhookReads } from '../../src/persistence/reads/webhook.reads';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { secrets } from '../../src/server/secrets';
import { HttpWebhookSender } from '../../src/webhooks/http-webhook-sender';
import { webhookAddresses } from '../../src/webhooks/public-address';

/** A clock that stands still until a test lets seconds pass. */
export class SecondsClock implements Clock {
  private at: number;

  constructor(moment: string) {
    this.at = Date.parse(moment);
  }

  now(): string {
    return new Date(this.at).toISOString();
  }

  today(): CalendarDate {
    return parseDate(this.now().slice(0, 10));
  }

  pass(seconds: number): void {
    this.at += seconds * 1_000;
  }
}

/** A delivery as the database has it. */
export interface StoredDelivery {
  readonly id: string;
  readonly event: number;
  readonly status: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly code: number | null;
}

/** Webhooks on a database of their own, with events that tests write and dispatchers that tests run. */
export class WebhookBook {
  readonly admin = somebody('ADMIN');
  readonly unitOfWork: TypeOrmUnitOfWork;
  readonly webhooks: WebhookService;
  readonly outcomes: WebhookAttemptOutcome[] = [];
  /** What the dispatchers said. */
  readonly lines: string[] = [];
  private readonly reader: DatabaseReader;
  private readonly accounts = new Map<string, string>();
  private readonly log: JobLog = {
    debug: (_figures, line) => this.lines.push(line),
    info: (_figures, line) => this.lines.push(line),
    warn: (_figures, line) => this.lines.push(line),
    error: (_figures, line) => this.lines.push(line),
  };

  constructor(
    readonly database: TestDatabase,
    readonly clock: SecondsClock,
  ) {
    this.unitOfWork = new TypeOrmUnitOfWork(database.dataSource);
    this.reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'test' });
    const reads = new SqlWebhookReads(this.reader);
    this.webhooks = new WebhookService(this.unitOfWork, clock, secrets, webhookAddresses(true), reads);
  }

  deliveryService(): WebhookDeliveryService {
    return new WebhookDeliveryService(this.unitOfWork, this.clock, () => 0.5);
  }

  dispatcher(timeoutMs = 10_000, build: typeof messageOf = messageOf): WebhookDispatcher {
    const sender = new HttpWebhookSender({ addresses: webhookAddresses(true), timeoutMs });
    return new WebhookDispatcher({
      deliveries: this.deliveryService(),
      send: (delivery) => sender.send(build(delivery, this.clock.now())),
      log: this.log,
      attempted: (outcome) => {
        this.outcomes.push(outcome);
      },
    });
  }

  /** Makes an endpoint; gives its id and its secret. */
  async endpoint(
    receiver: Pick<WebhookReceiver, 'url'>,
    more: Partial<WebhookCreation> = {},
  ): Promise<{ id: string; secret: string }> {
    const { id, secret } = await this.webhooks.create(this.admin, { url: receiver.url, ...more });
    return { id, secret: secret ?? '' };
  }

  /** Writes an event of an account (null for none) that tells its number. */
  async event(account: string | null, number: number, type = 'touch.due'): Promise<void> {
    await this.events([[account, number]], type);
  }

  /** Writes events in one statement. */
  async events(events: readonly (readonly [string | null, number])[], type = 'touch.due'): Promise<void> {
    const ids: (string | null)[] = [];
    for (const [account] of events) ids.push(account === null ? null : await this.account(account));
    await this.database.query(
      `INSERT INTO event (transaction, type, account_id, subject_id, data, actor_id, actor_name, request_id, occurred_at)
       SELECT 1, $1, given.account, 1, jsonb_build_object('number', given.number), 'token:1', 'A script', 'req-1', $4
       FROM unnest($2::bigint[], $3::int[]) AS given (account, number) ORDER BY given.number`,
      [type, ids, events.map(([, number]) => number), this.clock.now()],
    );
  }

  /** The deliveries to an endpoint, by event and id. */
  async deliveries(endpointId: string): Promise<StoredDelivery[]> {
    return this.database.query<StoredDelivery>(
      `SELECT d.id::text AS id, (e.data ->> 'number')::int AS event, d.status, d.attempts, d.last_error AS error,
         d.last_status_code AS code
       FROM webhook_delivery d LEFT JOIN event e ON e.id = d.event_id
       WHERE d.endpoint_id = $1 ORDER BY d.event_id, d.id`,
      [endpointId],
    );
  }

  async close(): Promise<void> {
    await this.reader.close();
    await this.database.drop();
  }

  private async account(externalId: string): Promise<string> {
    const known = this.accounts.get(externalId);
    if (known !== undefined) return known;
    const [row] = await this.database.query<{ id: string }>(
      `INSERT INTO account (external_id, name) VALUES ($1, 'The account ' || $1) RETURNING id::text`,
      [externalId],
    );
    const id = row?.id ?? '';
    this.accounts.set(externalId, id);
    return id;
  }
}

/** The numbers of the events that were accepted, by account, in the order in which they came; each signature holds. */
export function acceptedByAccount(receiver: WebhookReceiver, secret: string): Record<string, number[]> {
  const byAccount: Record<string, number[]> = {};
  for (const message of receiver.accepted) {
    verify(message, secret);
    const { account, details } = message.data;
    (byAccount[account?.externalId ?? 'none'] ??= []).push(Number(details.number));
  }
  return byAccount;
}
