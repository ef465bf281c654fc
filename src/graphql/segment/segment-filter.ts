import DataLoader from 'dataloader';
import {
  defaultFieldResolver,
  getNamedType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import { type SegmentScope } from '../../app/ports/account-filter';
import { type Clock } from '../../app/ports/clock';
import { type Reads } from '../../app/ports/reads';
import { type SegmentView } from '../../app/ports/segments';
import { DomainError } from '../../domain/errors';
import { type GraphqlContext } from '../context';
import { keyOf } from '../ids';
import { inOrder } from '../relation';

const FILTER = 'AccountFilter';
/** Filters nest 3 deep, and inputs hold them; whatever lies deeper is refused when it is compiled. */
const DEEPEST = 12;

/** A segment that a filter names, and where. */
interface Place {
  readonly id: string;
  readonly path: readonly string[];
}

/** A part of an input that is a filter or holds some; `of` is null for the id of a segment. */
interface Part {
  readonly name: string;
  readonly of: GraphQLInputType | null;
  readonly part: unknown;
}

type Scopes = ReadonlyMap<string, SegmentScope>;

/** What finding segments takes; the context of a request has it. */
export interface SegmentContext {
  readonly reads: Pick<Reads, 'models' | 'segments'>;
  readonly clock: Clock;
}

/**
 * Looks up the segments that filters name, in every field of the schema that takes a filter of accounts, before
 * the field resolves: whoever reads accounts by a filter need not know that there are segments. All that one
 * request names are read at once.
 */
export function lookUpSegmentsInFilters(schema: GraphQLSchema): void {
  const filters = new FilterTypes();
  for (const type of Object.values(schema.getTypeMap())) {
    // A subscription lives long, and looks its segments up anew.
    if (!isObjectType(type) || type === schema.getSubscriptionType()) continue;
    for (const definition of Object.values(type.getFields())) {
      const filtering = definition.args.filter((argument) => filters.within(argument.type));
      if (filtering.length === 0) continue;
      const resolve = definition.resolve ?? defaultFieldResolver;
      definition.resolve = (source, args: Record<string, unknown>, context: GraphqlContext, info) => {
        const places = filtering.flatMap(({ name, type: of }) => filters.places(of, args[name], [name]));
        if (places.length === 0) return resolve(source, args, context, info);
        return scopesOf(places, context).then((scopes) => {
          const found = { ...args };
          for (const { name, type: of } of filtering) found[name] = filters.filled(of, args[name], scopes);
          return resolve(source, found, context, info);
        });
      };
    }
  }
}

/**
 * A value of an input type that is a filter of accounts, or holds some, with the segments looked up that it names.
 * Throws NOT_FOUND, which names the place below `path`.
 */
export async function withSegments(
  value: unknown,
  type: GraphQLInputType,
  path: readonly string[],
  context: SegmentContext,
): Promise<unknown> {
  const filters = new FilterTypes();
  const places = filters.places(type, value, path);
  return places.length === 0 ? value : filters.filled(type, value, await scopesOf(places, context));
}

const loadersOf = new WeakMap<SegmentContext, DataLoader<string, SegmentView | null>>();

/** The segment with the key, read together with all others that the request asks for; null if there is none. */
export function loadSegment(key: string, context: SegmentContext): Promise<SegmentView | null> {
  let loader = loadersOf.get(context);
  if (loader === undefined) {
    loader = new DataLoader<string, SegmentView | null>(async (keys) =>
      inOrder(
        keys,
        (one) => one,
        await context.reads.segments.byIds(keys),
        ({ id }) => id,
      ),
    );
    loadersOf.set(context, loader);
  }
  return loader.load(key);
}

/** What filtering by each of the segments takes, by their opaque ids. Throws NOT_FOUND, which names the place. */
async function scopesOf(places: readonly Place[], context: SegmentContext): Promise<Scopes> {
  const [model, segments] = await Promise.all([
    context.reads.models.published(),
    Promise.all(
      places.map(async ({ id, path }) => {
        const key = keyOf('Segment', id);
        const segment = key === null ? null : await loadSegment(key, context);
        if (segment === null) throw new DomainError('NOT_FOUND', 'there is no such segment', path);
        return { id, criteria: segment.criteria };
      }),
    ),
  ]);
  const today = context.clock.today();
  return new Map(segments.map(({ id, criteria }) => [id, { criteria, model, today }]));
}

/** The input types that hold a filter of accounts, and the filters within their values. */
class FilterTypes {
  private readonly known = new Map<string, boolean>();

  /** Whether a value of the type may hold a filter. */
  within(type: GraphQLInputType): boolean {
    const named = getNamedType(type);
    if (!isInputObjectType(named)) return false;
    let holds = this.known.get(named.name);
    if (holds === undefined) {
      holds = reachesFilter(named, new Set());
      this.known.set(named.name, holds);
    }
    return holds;
  }

  places(type: GraphQLInputType, value: unknown, path: readonly string[], depth = 0): Place[] {
    if (Array.isArray(value)) {
      return value.flatMap((one, index) => this.places(type, one, [...path, String(index)], depth));
    }
    return this.parts(type, value, depth).flatMap(({ name, of, part }) =>
      of === null
        ? [{ id: part as string, path: [...path, name] }]
        : this.places(of, part, [...path, name], depth + 1),
    );
  }

  /** The value with a scope in the place of each id. Values may be kept for later requests, so it is another one. */
  filled(type: GraphQLInputType, value: unknown, scopes: Scopes, depth = 0): unknown {
    if (Array.isArray(value)) return value.map((one) => this.filled(type, one, scopes, depth));
    const parts = this.parts(type, value, depth);
    if (parts.length === 0) return value;
    const filled: Record<string, unknown> = { ...(value as object) };
    for (const { name, of, part } of parts) {
      filled[name] = of === null ? scopes.get(part as string) : this.filled(of, part, scopes, depth + 1);
    }
    return filled;
  }

  private parts(type: GraphQLInputType, value: unknown, depth: number): Part[] {
    const named = getNamedType(type);
    if (!isInputObjectType(named) || typeof value !== 'object' || value === null || depth > DEEPEST)
      return [];
    const fields = named.getFields();
    return Object.entries(value as Record<string, unknown>).flatMap(([name, part]): Part[] => {
      const field = fields[name];
      if (field === undefined || part === null || part === undefined) return [];
      if (named.name === FILTER && name === 'segment') return [{ name, of: null, part }];
      return this.within(field.type) ? [{ name, of: field.type, part }] : [];
    });
  }
}

function reachesFilter(type: GraphQLInputObjectType, seen: Set<string>): boolean {
  if (type.name === FILTER) return true;
  if (seen.has(type.name)) return false;
  seen.add(type.name);
  return Object.values(type.getFields()).some((field) => {
    const named = getNamedType(field.type);
    return isInputObjectType(named) && reachesFilter(named, seen);
  });
}
