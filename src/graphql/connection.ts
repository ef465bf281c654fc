import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { isCursor } from './cursor';
import { codedError } from './errors';

/** How many entries a page has when neither `first` nor `last` says so. */
export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;

export interface PagePosition {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

@ObjectType({ description: 'Where a page lies within its list.', simpleResolvers: true })
export class PageInfo implements PagePosition {
  @Field(() => Boolean, { description: 'Whether entries follow after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether entries come before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first entry; null on an empty page.',
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the last entry; null on an empty page.',
  })
  endCursor!: string | null;
}

/** The arguments of every connection. `pageOf` turns them into a checked page. */
@ArgsType()
export class ConnectionArgs implements PageArguments {
  @Field(() => Int, {
    nullable: true,
    description: `How many entries to give, from the start or after a cursor: 1 to ${MAX_PAGE_SIZE}, ${DEFAULT_PAGE_SIZE} if absent.`,
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Start after the entry with this cursor.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `How many entries to give, from the end or before a cursor: 1 to ${MAX_PAGE_SIZE}. Not together with first or after.`,
  })
  last?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'End before the entry with this cursor. Not together with first or after.',
  })
  before?: string | null;
}

/** The same arguments as plain data. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** Which part of a list is wanted. Read `size` + 1 rows (backward: in reverse order) and give them to `Connection.of`. */
export interface Page {
  readonly size: number;
  readonly backward: boolean;
  /** Rows strictly beyond this cursor, in the direction of reading. */
  readonly cursor: string | null;
}

/**
 * Checks the arguments of a connection. Throws BAD_USER_INPUT for a size outside 1 to 100 and for arguments of
 * both directions at once, BAD_CURSOR for text that is no cursor of this API.
 */
export function pageOf(args: PageArguments): Page {
  const backward = isGiven(args.last) || isGiven(args.before);
  if (backward && (isGiven(args.first) || isGiven(args.after))) {
    throw codedError('BAD_USER_INPUT', 'give first and after, or last and before, not both');
  }
  const [name, size] = backward ? ['last', args.last] : ['first', args.first];
  if (isGiven(size) && !(Number.isInteger(size) && size >= 1 && size <= MAX_PAGE_SIZE)) {
    throw codedError('BAD_USER_INPUT', `${name} must be a whole number from 1 to ${MAX_PAGE_SIZE}`);
  }
  const cursor = (backward ? args.before : args.after) ?? null;
  if (cursor !== null && !isCursor(cursor)) {
    throw codedError('BAD_CURSOR', 'the cursor is not one that this API gave; start again without it');
  }
  return { size: size ?? DEFAULT_PAGE_SIZE, backward, cursor };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

export interface Edge<N> {
  readonly node: N;
  readonly cursor: string;
}

/** What a connection field resolves to. Cursors and edges are made only when something asks for them. */
export class Connection<N extends object> {
  /** Kept once they are made: a compiled query looks at them several times. */
  private readonly kept: { edges?: readonly Edge<N>[]; pageInfo?: PagePosition } = {};

  private constructor(
    readonly nodes: readonly N[],
    private readonly page: Page,
    private readonly hasMore: boolean,
    private readonly cursorOf: (node: N) => string,
    /** How many entries the list has in all; read it only where the selection asks for it. */
    readonly totalCount: number | undefined,
  ) {}

  /** The connection for up to `page.size` + 1 rows, as they were read: a row too many says that more follow. */
  static of<N extends object>(
    rows: readonly N[],
    page: Page,
    cursorOf: (node: N) => string,
    totalCount?: number,
  ): Connection<N> {
    const nodes = rows.slice(0, page.size);
    if (page.backward) nodes.reverse();
    return new Connection(nodes, page, rows.length > page.size, cursorOf, totalCount);
  }

  get edges(): readonly Edge<N>[] {
    return (this.kept.edges ??= this.nodes.map((node) => ({ node, cursor: this.cursorOf(node) })));
  }

  get pageInfo(): PagePosition {
    const { backward, cursor } = this.page;
    const beyond = cursor !== null;
    const [first, last] = [this.nodes[0], this.nodes.at(-1)];
    return (this.kept.pageInfo ??= {
      hasNextPage: backward ? beyond : this.hasMore,
      hasPreviousPage: backward ? this.hasMore : beyond,
      startCursor: first ? this.cursorOf(first) : null,
      endCursor: last ? this.cursorOf(last) : null,
    });
  }
}

/** The fields of a connection, as type-graphql's classes declare them. */
export interface ConnectionType<N extends object> {
  edges: readonly Edge<N>[];
  nodes: readonly N[];
  pageInfo: PagePosition;
  totalCount?: number | undefined;
}

/**
 * Declares `<name>Connection` and `<name>Edge` for a list of the node's type; `many` names the entries in the
 * descriptions, as in "accounts". Call it once for a name.
 */
export function connectionOf<N extends object>(
  node: ClassType<N>,
  name: string,
  many: string,
): { readonly Connection: ClassType<ConnectionType<N>>; readonly Edge: ClassType<Edge<N>> } {
  @ObjectType(`${name}Edge`, { description: `An entry in a list of ${many}.`, simpleResolvers: true })
  class EdgeClass implements Edge<N> {
    @Field(() => String, { description: 'Marks the place of this entry, for after and before.' })
    readonly cursor!: string;

    @Field(() => node, { description: 'The entry itself.' })
    readonly node!: N;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${many}.`, simpleResolvers: true })
  class ConnectionClass implements ConnectionType<N> {
    @Field(() => [EdgeClass], { description: `The ${many} of this page, each with its cursor.` })
    readonly edges!: readonly Edge<N>[];

    @Field(() => [node], { description: `The ${many} of this page, without cursors.` })
    readonly nodes!: readonly N[];

    @Field(() => PageInfo, { description: 'Where this page lies within the list.' })
    readonly pageInfo!: PagePosition;

    @Field(() => Int, {
      description: `How many ${many} the whole list has, under the same filter. Counted only when asked for.`,
    })
    readonly totalCount!: number;
  }

  return { Connection: ConnectionClass, Edge: EdgeClass };
}
