import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** A field as it is asked for on the way to another one. */
export interface Step {
  /** "Account.moves" */
  readonly coordinate: string;
  /** The field with its arguments, as a document has it. */
  readonly text: string;
}

/** One field of one object type, asked for where the book has such an object. */
export interface Visit {
  readonly coordinate: string;
  readonly steps: readonly Step[];
  readonly query: string;
  /** The type that has the field. */
  readonly owner: string;
  /** The named type of the field. */
  readonly type: GraphQLNamedType;
}

/** An object of a type, and the way to it. */
interface Place {
  readonly type: GraphQLObjectType;
  readonly steps: readonly Step[];
}

/** What the field gave: the values of every place in which it was asked, null and undefined left out. */
export type Look = (visit: Visit) => Promise<readonly unknown[]>;

/** Rows of a list: enough at the root to find one of each kind, few below so that a walk stays cheap. */
const ROWS = { atRoot: 40, below: 3 };

/** How far back another way may be taken, where a type was not met along the first one. */
const TURNS = 2;

/**
 * Goes from the queries to every object type of the schema, along fields for which the book has data, and asks each
 * field of each type there. A type is met where the least is needed to get to it.
 */
export class SchemaWalk {
  readonly visits: Visit[] = [];
  /** The way to an object of each type, in which its fields are asked. */
  readonly ways = new Map<string, readonly Step[]>();
  /** Every field of a met type in which an object of another type was found, by that other type. */
  private readonly finds = new Map<string, (readonly Step[])[]>();

  /**
   * @param argumentsOf what a field is asked with, by coordinate: `by: [TIER]`
   * @param rank how much is needed for a field
   */
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly argumentsOf: ReadonlyMap<string, string>,
    private readonly rank: (coordinate: string) => number,
  ) {}

  async run(look: Look): Promise<void> {
    const root = this.schema.getQueryType();
    if (!root) throw new Error('there is nothing to ask');
    let open: Place[] = [{ type: root, steps: [] }];
    while (open.length > 0) {
      await this.follow(open, look);
      open = await this.furtherPlaces(look);
    }
  }

  /** Meets every type that one gets to from these places, in the order of what is needed. */
  private async follow(open: Place[], look: Look): Promise<void> {
    for (;;) {
      open.sort((a, b) => this.needed(a.steps) - this.needed(b.steps) || a.steps.length - b.steps.length);
      const next = open.shift();
      if (next === undefined) return;
      if (this.ways.has(next.type.name)) continue;
      this.ways.set(next.type.name, next.steps);
      const visits = Object.values(next.type.getFields()).map((field) => this.visitOf(next, field));
      this.visits.push(...visits);
      const found = await Promise.all(
        visits.map(async (visit) => (isObjectType(visit.type) ? look(visit) : [])),
      );
      open.push(
        ...visits.flatMap(({ steps, type }, index) => {
          if (!isObjectType(type) || found[index]?.length === 0) return [];
          this.finds.set(type.name, [...(this.finds.get(type.name) ?? []), steps]);
          return [{ type, steps }];
        }),
      );
    }
  }

  /** Where a type is that was not met so far, since the object in which its field was asked has none. */
  private async furtherPlaces(look: Look): Promise<Place[]> {
    for (const { type, steps } of [...this.visits]) {
      if (!isObjectType(type) || this.ways.has(type.name)) continue;
      const last = steps.at(-1);
      const owner = last?.coordinate.split('.')[0] ?? '';
      for (const way of this.waysTo(owner, TURNS)) {
        const others = last === undefined ? [] : [...way, last];
        const found = await look({ type, steps: others, ...asked(others, false) });
        if (found.length > 0) return [{ type, steps: others }];
      }
    }
    return [];
  }

  /** The most that any of the steps needs. */
  needed(steps: readonly Step[]): number {
    return Math.max(0, ...steps.map(({ coordinate }) => this.rank(coordinate)));
  }

  /** All leaves of the type in one document, since that is cheaper than one for each. */
  leavesOf(type: string): { readonly query: string; readonly coordinates: readonly string[] } | null {
    const leaves = this.visits.filter((visit) => visit.owner === type && isLeafType(visit.type));
    const texts = leaves.flatMap(({ steps }) => steps.at(-1)?.text ?? []);
    if (texts.length === 0) return null;
    const steps = [...(this.ways.get(type) ?? []), { coordinate: `${type}.*`, text: texts.join(' ') }];
    return { query: documentOf(steps, true), coordinates: leaves.map(({ coordinate }) => coordinate) };
  }

  /** Every object type that a query can get to, whatever the book holds. */
  reachable(): string[] {
    const seen = new Set<string>();
    const open = [this.schema.getQueryType()?.name ?? ''];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const type = this.schema.getType(name);
      if (isAbstractType(type)) open.push(...this.schema.getPossibleTypes(type).map((one) => one.name));
      if (isObjectType(type) || isInterfaceType(type)) {
        open.push(...Object.values(type.getFields()).map((field) => getNamedType(field.type).name));
      }
    }
    return [...seen].filter((name) => isObjectType(this.schema.getType(name)));
  }

  /** The ways to a type on which an object of it was found, and those that get to one of its last owners otherwise. */
  private waysTo(name: string, turns: number): (readonly Step[])[] {
    const direct = this.finds.get(name) ?? [];
    if (turns === 0) return direct;
    const turned = direct.flatMap((way) => {
      const last = way.at(-1);
      if (last === undefined) return [];
      const [owner = ''] = last.coordinate.split('.');
      return this.waysTo(owner, turns - 1).map((other) => [...other, last]);
    });
    return [...direct, ...turned];
  }

  private visitOf({ type, steps }: Place, field: GraphQLField<unknown, unknown>): Visit {
    const all = [...steps, this.stepOf(type, field, steps.length)];
    const of = getNamedType(field.type);
    return { type: of, steps: all, ...asked(all, isLeafType(of)) };
  }

  private stepOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, depth: number): Step {
    const coordinate = `${type.name}.${field.name}`;
    const given = this.argumentsOf.get(coordinate);
    const lacking = field.args.filter(isRequiredArgument).map(({ name }) => name);
    if (given === undefined && lacking.length > 0) {
      throw new Error(`${coordinate} needs ${lacking.join(', ')}: say with what it is to be asked`);
    }
    const isPaged = field.args.some(({ name }) => name === 'first') && !(given ?? '').includes('first:');
    const first = isPaged ? [`first: ${depth === 0 ? ROWS.atRoot : ROWS.below}`] : [];
    const list = [...(given === undefined ? [] : [given]), ...first].join(', ');
    return { coordinate, text: list === '' ? field.name : `${field.name}(${list})` };
  }
}

function asked(steps: readonly Step[], isLeaf: boolean): Pick<Visit, 'coordinate' | 'owner' | 'query'> {
  const coordinate = steps.at(-1)?.coordinate ?? '';
  return { coordinate, owner: coordinate.split('.')[0] ?? '', query: documentOf(steps, isLeaf) };
}

/** The field of each step within that of the one before. */
export function documentOf(steps: readonly Step[], endsInLeaf: boolean): string {
  const innermost = endsInLeaf ? '' : ' { __typename }';
  return `{ ${steps.reduceRight((below, { text }) => (below === '' ? `${text}${innermost}` : `${text} { ${below} }`), '')} }`;
}

/** The values at the end of the steps, of every item of the lists on the way. */
export function valuesAt(data: unknown, steps: readonly Step[]): unknown[] {
  const names = steps.map(({ coordinate }) => coordinate.slice(coordinate.indexOf('.') + 1));
  return names.reduce<unknown[]>(
    (values, name) =>
      values.flatMap((value) => flat((value as Record<string, unknown> | null | undefined)?.[name])),
    [data],
  );
}

/** Every field of the type, those of the objects below down to a depth, as a selection set; recursion ends there. */
export function everyFieldOf(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return [];
    const below = getNamedType(field.type);
    if (isLeafType(below)) return [field.name];
    if (!isObjectType(below) || depth === 0) return [];
    const first = field.args.some(({ name }) => name === 'first') ? '(first: 1)' : '';
    return [`${field.name}${first} { ${everyFieldOf(below, depth - 1)} }`];
  });
  return fields.length === 0 ? '__typename' : fields.join(' ');
}

function flat(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value.flatMap(flat) : [value];
}
