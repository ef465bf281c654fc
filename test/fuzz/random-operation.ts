import fc from 'fast-check';
import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLNamedType,
} from 'graphql';
import { Dice } from './dice';
import { HOSTILE_NUMBERS, HOSTILE_TEXTS } from './hostile-values';

/** What a client sends. */
export interface RandomOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Ids, cursors and names that the server has told, so that operations reach something. */
export interface Known {
  readonly ids: string[];
  readonly cursors: string[];
  readonly externalIds: string[];
}

/** A value of an enum, which a document does not write in quotes. */
class EnumName {
  constructor(readonly name: string) {}

  toJSON(): string {
    return this.name;
  }
}

const DEEPEST = 5;
const MOST_FIELDS = 5;
const TIERS = ['strategic', 'core', 'scale', 'tech-touch'];
const DAYS = ['2026-03-02', '2026-03-01', '2025-12-31', '2026-06-30', '2024-02-29'];
const AMOUNTS = ['0', '0.01', '1234.50', '250000.00', '3000000'];

const STRANGE_TEXTS = 500;

/** Writes operations that are nearly right, over all that the schema has. They follow from the seed and what is known. */
export class RandomOperations {
  private readonly dice: Dice;
  private readonly texts: readonly string[];

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly known: Known,
    seed: number,
  ) {
    this.dice = new Dice(seed);
    const strange = fc.string({ unit: 'binary', maxLength: 40 });
    this.texts = [...HOSTILE_TEXTS, ...fc.sample(strange, { seed, numRuns: STRANGE_TEXTS })];
  }

  next(): RandomOperation {
    return new OperationWriter(this.schema, this.known, this.dice, this.texts).write();
  }
}

class OperationWriter {
  private readonly variables: Record<string, unknown> = {};
  private readonly definitions: string[] = [];
  private aliases = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly known: Known,
    private readonly dice: Dice,
    private readonly texts: readonly string[],
  ) {}

  write(): RandomOperation {
    const kind = this.chance(85) ? 'query' : 'mutation';
    const root = kind === 'query' ? this.schema.getQueryType() : this.schema.getMutationType();
    if (!root) throw new Error(`the schema has no ${kind}`);
    const fields = Object.values(root.getFields());
    const count = this.upTo(2) + 1;
    const selections = Array.from({ length: count }, () => this.field(this.oneOf(fields), 1));
    const definitions = this.definitions.length > 0 ? `(${this.definitions.join(', ')})` : '';
    return { query: `${kind} F${definitions} { ${selections.join(' ')} }`, variables: this.variables };
  }

  private field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const given = field.args.filter((argument) =>
      isNonNullType(argument.type) && argument.defaultValue === undefined
        ? !this.dice.chance(5)
        : this.chance(30),
    );
    const args = given.map((argument) => `${argument.name}: ${this.argument(argument)}`);
    // The same field with other arguments would not merge.
    const alias = args.length > 0 ? `f${String((this.aliases += 1))}: ` : '';
    return `${alias}${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${this.selection(getNamedType(field.type), depth)}`;
  }

  private selection(type: GraphQLNamedType, depth: number): string {
    if (isLeafType(type)) return '';
    if (isAbstractType(type)) {
      const object = this.oneOf(this.schema.getPossibleTypes(type));
      return ` { __typename ... on ${object.name}${this.selection(object, depth + 1)} }`;
    }
    if (!isObjectType(type)) return '';
    const fields = Object.values(type.getFields()).filter(
      (field) => depth < DEEPEST || isLeafType(getNamedType(field.type)),
    );
    const parts = Array.from({ length: this.upTo(MOST_FIELDS) + 1 }, () =>
      fields.length === 0 ? '__typename' : this.field(this.oneOf(fields), depth + 1),
    );
    return ` { ${[...new Set(parts)].join(' ')} }`;
  }

  private argument(argument: GraphQLArgument): string {
    const value = this.value(argument.type, argument.name, 0);
    if (!this.chance(50)) return literalOf(value);
    const name = `v${String(this.definitions.length)}`;
    this.definitions.push(`$${name}: ${String(argument.type)}`);
    this.variables[name] = value;
    return `$${name}`;
  }

  private value(type: GraphQLInputType, name: string, depth: number): unknown {
    if (this.dice.chance(5)) return this.anything();
    if (!isNonNullType(type) && this.chance(8)) return null;
    const inner = getNullableType(type);
    if (isListType(inner)) {
      const item = inner.ofType;
      return Array.from({ length: this.upTo(depth > 2 ? 1 : 3) }, () => this.value(item, name, depth + 1));
    }
    if (isInputObjectType(inner)) {
      const fields = Object.values(inner.getFields()).filter((field) =>
        isNonNullType(field.type) && field.defaultValue === undefined
          ? !this.dice.chance(5)
          : this.chance(depth > 2 ? 5 : 30),
      );
      return Object.fromEntries(
        fields.map((field) => [field.name, this.value(field.type, field.name, depth + 1)]),
      );
    }
    if (isEnumType(inner)) return new EnumName(this.oneOf(inner.getValues()).name);
    return this.chance(4) ? this.hostile(inner.name) : this.plausible(inner.name, name);
  }

  private plausible(type: string, name: string): unknown {
    if (type === 'Boolean') return this.chance(50);
    if (type === 'Int') return this.upTo(name === 'first' || name === 'last' ? 8 : 120);
    if (type === 'Float') return this.upTo(1_000) / 8;
    if (type === 'Date') return this.oneOf(DAYS);
    if (type === 'DateTime') return `${this.oneOf(DAYS)}T08:00:00Z`;
    if (type === 'Decimal') return this.oneOf(AMOUNTS);
    if (type === 'ID') return this.oneOf(this.known.ids);
    if (name === 'after' || name === 'before') return this.oneOf(this.known.cursors);
    if (/tier/i.test(name)) return this.oneOf(TIERS);
    if (/externalId|csm|pool|account|backup|successor/i.test(name)) return this.oneOf(this.known.externalIds);
    return this.dice.oneOf(this.texts);
  }

  private hostile(type: string): unknown {
    if (type === 'Boolean') return this.anything();
    if (type === 'Int' || type === 'Float') return this.oneOf(HOSTILE_NUMBERS);
    return this.oneOf(this.chance(70) ? HOSTILE_TEXTS : this.texts);
  }

  private anything(): unknown {
    return this.oneOf([
      null,
      true,
      this.oneOf(HOSTILE_NUMBERS),
      this.oneOf(HOSTILE_TEXTS),
      [],
      [[]],
      {},
      { a: 1 },
      new EnumName('NOBODY'),
    ]);
  }

  private chance(percent: number): boolean {
    return this.dice.chance(percent * 10);
  }

  private upTo(max: number): number {
    return this.dice.upTo(max);
  }

  private oneOf<T>(values: readonly T[]): T {
    return this.dice.oneOf(values);
  }
}

/** The value as a document writes it. */
function literalOf(value: unknown): string {
  if (value instanceof EnumName) return value.name;
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, inner]) => `${name}: ${literalOf(inner)}`)
      .join(', ')} }`;
  }
  return JSON.stringify(value);
}
