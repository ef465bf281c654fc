import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dice } from '../../src/demo/dice';
import { addDays, type CalendarDate } from '../../src/domain/calendar';

/** An operation with its variables, as it is sent. */
export interface Call {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What the calls are about. */
export interface Population {
  readonly accounts: readonly string[];
  readonly csms: readonly string[];
  readonly today: CalendarDate;
}

const OPERATIONS = join(__dirname, '../../schema/operations');
const TIERS = ['strategic', 'core', 'scale', 'tech-touch'] as const;
const DAYS = 90;
/** The share of what is sent again that has changed. */
const CHANGED = 0.2;

/** The page of a manager who looks through the book. */
const PAGE = `query Page($tier: String!) {
  accounts(where: { tier: { eq: $tier } }, orderBy: [{ field: ARR, direction: DESC }], first: 20) {
    totalCount
    nodes { externalId name arr tier { key } csm { name } scorecard { total criteria { key contribution } } }
  }
}`;

/** Makes the calls of a working day from the documented operations: 60% reads, 25% facts, 10% deeds, 5% events. */
export class MixedLoad {
  private count = 0;
  /** The facts of each account that were sent last. */
  private readonly sent = new Map<string, { readonly arr: string; readonly healthScore: number }>();
  private readonly documents = new Map<string, string>();

  constructor(
    private readonly population: Population,
    private readonly dice: Dice,
    /** Keys of one run are unlike those of another. */
    private readonly run: string,
  ) {}

  next(): Call {
    const { dice } = this;
    return dice.weighted<() => Call>([
      [() => ({ name: 'page', query: PAGE, variables: { tier: dice.pick(TIERS) } }), 12],
      [() => this.call('accounts', {}), 8],
      [() => this.call('account', { externalId: this.account() }), 20],
      [() => this.call('breakdown', {}), 5],
      [() => this.call('review-queue', { where: { tiers: [dice.pick(TIERS)] } }), 5],
      [() => this.call('due-touches', { where: { csm: dice.pick(this.population.csms) } }), 10],
      [() => this.facts(), 25],
      [() => this.override(), 5],
      [() => this.touch(), 5],
      [() => this.call('events', {}), 5],
    ])();
  }

  /** Most of what a CRM sends is known; else a book would go through years of changes in minutes. */
  private facts(): Call {
    const externalId = this.account();
    let facts = this.sent.get(externalId);
    if (facts === undefined || this.dice.chance(CHANGED)) {
      facts = { arr: `${this.dice.whole(1_000, 200_000)}.00`, healthScore: this.dice.whole(0, 100) };
      this.sent.set(externalId, facts);
    }
    return this.call('upsert-accounts', {
      input: { accounts: [{ externalId, ...facts }], idempotencyKey: this.key() },
    });
  }

  private override(): Call {
    return this.call('override-tier', {
      input: {
        externalId: this.account(),
        tier: this.dice.pick(TIERS),
        reason: 'OTHER',
        note: 'Held there for as long as it is looked at',
        expiresOn: addDays(this.population.today, DAYS),
        supersede: true,
        idempotencyKey: this.key(),
      },
    });
  }

  private touch(): Call {
    return this.call('log-touch', {
      input: {
        externalId: this.account(),
        kind: 'TOUCH',
        channel: 'CALL',
        outcome: 'POSITIVE',
        note: 'Went through the open points.',
        idempotencyKey: this.key(),
      },
    });
  }

  private call(name: string, variables: Call['variables']): Call {
    const known = this.documents.get(name) ?? readFileSync(join(OPERATIONS, `${name}.graphql`), 'utf8');
    this.documents.set(name, known);
    return { name, query: known, variables };
  }

  private account(): string {
    return this.dice.pick(this.population.accounts);
  }

  private key(): string {
    this.count += 1;
    return `${this.run}-${this.count}`;
  }
}
