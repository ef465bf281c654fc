import {
  type DocumentNode,
  getNamedType,
  getNullableType,
  type GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  isLeafType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  visit,
} from 'graphql';
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity';
import { type PageArguments, pageOf } from './connection';
import { isCursor } from './cursor';
import { codedError } from './errors';
import { LRUCache } from './lru-cache';
import type { Variables } from './variables';

declare module 'graphql' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** How many entries a list without `first` can have at most, for the cost of a query. */
    listBound?: number;
    /** What the field costs by itself where it looks at the whole book, beside what is selected of it. */
    cost?: number;
    /** For a field that answers each entry of a list in its arguments: where that list is, such as ["input", "accounts"]. */
    answersEach?: readonly string[];
  }
}

export const DEFAULT_MAXIMUM_COST = 5_000;

const DEFAULT_LIST_BOUND = 20;
const SCHEMA_COST = 100;
const TYPE_COST = 10;
const REMEMBERED_COSTS = 50;
const PAGE_ARGUMENTS: ReadonlySet<string> = new Set(['first', 'last', 'after', 'before']);
const CURSOR_ARGUMENTS: ReadonlySet<string> = new Set(['after', 'before']);
/** Arguments whose lists may be answered entry by entry. */
const LIST_ARGUMENTS: ReadonlySet<string> = new Set(['input', 'ids']);

/**
 * What a query costs: a scalar 0, an object 1, a connection or list its size times its entries. It also checks the
 * arguments of every connection on the way, so that a wrong page is refused before anything runs.
 */
export class CostMeter {
  private readonly plans = new WeakMap<OperationDefinitionNode, CostPlan>();

  constructor(
    private readonly schema: GraphQLSchema,
    readonly maximum: number = DEFAULT_MAXIMUM_COST,
  ) {}

  /**
   * Throws QUERY_TOO_COMPLEX over the maximum, and what `pageOf` throws. `coerced` are the variables as resolvers
   * get them, `given` as the request gave them.
   */
  costOf(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    coerced: Variables,
    given: Variables,
  ): number {
    const plan = this.planOf(document, operation);
    const key = plan.keyFor(coerced);
    let cost = plan.costs.get(key);
    if (cost === undefined) {
      cost = measure(this.schema, document, operation, given);
      plan.costs.set(key, cost);
    }
    if (cost > this.maximum) {
      throw codedError(
        'QUERY_TOO_COMPLEX',
        `the query costs ${cost} points, the most is ${this.maximum}; ask for smaller pages or fewer nested lists`,
        { cost: { requested: cost, maximum: this.maximum } },
      );
    }
    return cost;
  }

  private planOf(document: DocumentNode, operation: OperationDefinitionNode): CostPlan {
    const known = this.plans.get(operation);
    if (known) return known;
    const plan = new CostPlan(document);
    this.plans.set(operation, plan);
    return plan;
  }
}

/** What an operation's cost depends on: a few variables, so that the same document is measured a few times only. */
class CostPlan {
  readonly costs = new LRUCache<string, number>(REMEMBERED_COSTS);
  private readonly values = new Set<string>();
  private readonly cursors = new Set<string>();
  private readonly lists = new Set<string>();

  constructor(document: DocumentNode) {
    visit(document, {
      Argument: (argument) => {
        const name = argument.name.value;
        if (PAGE_ARGUMENTS.has(name))
          this.note(argument.value, CURSOR_ARGUMENTS.has(name) ? this.cursors : this.values);
        if (LIST_ARGUMENTS.has(name)) this.noteAll(argument.value, this.lists);
      },
      Directive: (directive) => {
        for (const argument of directive.arguments ?? []) this.note(argument.value, this.values);
      },
    });
  }

  private note(value: ValueNode, into: Set<string>): void {
    if (value.kind === Kind.VARIABLE) into.add(value.name.value);
  }

  private noteAll(value: ValueNode, into: Set<string>): void {
    visit(value, {
      Variable: (variable) => {
        into.add(variable.name.value);
      },
    });
  }

  /** Only whether a cursor is given matters to the cost, but each must be one. */
  keyFor(variables: Variables): string {
    let key = '';
    for (const name of this.values) key += `${JSON.stringify(variables[name] ?? null)},`;
    for (const name of this.cursors) {
      const cursor = variables[name] ?? null;
      key +=
        cursor === null ? '-' : typeof cursor === 'string' && isCursor(cursor) ? '+' : JSON.stringify(cursor);
    }
    for (const name of this.lists) key += `${lengthsIn(variables[name])};`;
    return key;
  }
}

/** The lengths of a list, or of the lists of an object: all that a cost depends on. */
function lengthsIn(value: unknown): string {
  if (Array.isArray(value)) return String(value.length);
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .flatMap(([name, entries]: [string, unknown]) =>
      Array.isArray(entries) ? `${name}:${entries.length}` : [],
    )
    .join();
}

function measure(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  try {
    return getComplexity({
      schema,
      query: onlyOperation(document, operation),
      variables: { ...variables },
      estimators: [estimate],
    });
  } catch (error) {
    if (isCoded(error)) throw error;
    throw codedError('QUERY_TOO_COMPLEX', 'the query is too complex to measure');
  }
}

// The library finds an operation by its name, and cannot tell when there is none.
function onlyOperation(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const definitions = document.definitions.filter(
    (definition) => definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  return { ...document, definitions };
}

function isCoded(error: unknown): error is GraphQLError {
  return error instanceof Error && 'extensions' in error && error.name === 'GraphQLError';
}

const estimate: ComplexityEstimator = (part) => (part.field.extensions.cost ?? 0) + costOfSelection(part);

function costOfSelection({ field, type, args, childComplexity }: Parameters<ComplexityEstimator>[0]): number {
  if (field.name === '__schema') return SCHEMA_COST;
  if (field.name === '__type') return TYPE_COST;
  const named = getNamedType(field.type);
  if (isLeafType(named) || type.name.startsWith('__')) return 0;
  if (type.name.endsWith('Connection')) return costInConnection(field, childComplexity);
  if (named.name.endsWith('Connection')) return 1 + pageOf(args).size * childComplexity;
  if (type.name.endsWith('Edge')) return 1 + childComplexity;
  const { answersEach } = field.extensions;
  if (answersEach) return 1 + Math.max(1, lengthAt(args, answersEach)) * childComplexity;
  return isListType(getNullableType(field.type))
    ? sizeOfList(field, args) * (1 + childComplexity)
    : 1 + childComplexity;
}

function lengthAt(args: unknown, path: readonly string[]): number {
  let value = args;
  for (const name of path) value = (value as Record<string, unknown> | undefined)?.[name];
  return Array.isArray(value) ? value.length : 1;
}

// The connection itself multiplies by its size, so this is the cost of one entry.
function costInConnection(field: GraphQLField<unknown, unknown>, childComplexity: number): number {
  if (field.name === 'edges') return childComplexity;
  return field.name === 'nodes' ? 1 + childComplexity : 0;
}

function sizeOfList(field: GraphQLField<unknown, unknown>, args: PageArguments): number {
  if ('first' in args || 'last' in args) return pageOf(args).size;
  return field.extensions.listBound ?? DEFAULT_LIST_BOUND;
}
