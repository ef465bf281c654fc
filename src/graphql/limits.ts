import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { codedError } from './errors';
import { LRUCache } from './lru-cache';

/** What a document may hold, whatever its variables are. Fragments count wherever they are spread. */
export interface DocumentLimits {
  readonly tokens: number;
  readonly depth: number;
  /** Introspection is deep by nature, so it has a bound of its own. */
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly fields: number;
  readonly rootMutations: number;
  /** How deep lists and objects nest in a literal argument. */
  readonly valueDepth: number;
}

export const DOCUMENT_LIMITS: DocumentLimits = {
  tokens: 8_000,
  depth: 15,
  introspectionDepth: 20,
  aliases: 100,
  directives: 50,
  fields: 2_000,
  rootMutations: 10,
  valueDepth: 12,
};

const INTROSPECTION_LISTS: ReadonlySet<string> = new Set([
  'fields',
  'inputFields',
  'interfaces',
  'possibleTypes',
]);
const MAX_REMEMBERED = 200;
const MAX_REMEMBERED_LENGTH = 20_000;
// Fragments and inline fragments included, so that no document nests deeper than the call stack.
const MAX_NESTING = 64;
// Validation compares all fields of one name with one another.
const MAX_REPEATS = 50;
const TOO_MANY_TOKENS = /more that? \d+ tokens/;

/**
 * Refuses documents by their shape, before anything is validated or run. It looks at the text itself, ahead of
 * Apollo: as one rule among graphql-js' own it would come too late, since those compare all fields of the same
 * name with one another. Texts that passed are remembered.
 */
export class DocumentGate {
  private readonly passed = new LRUCache<string, true>(MAX_REMEMBERED);

  constructor(private readonly limits: DocumentLimits = DOCUMENT_LIMITS) {}

  /** Why the document is refused, or null. A document that does not parse passes: Apollo says what is wrong. */
  refusalOf(source: string): GraphQLError | null {
    if (this.passed.get(source)) return null;
    let document: DocumentNode;
    try {
      document = parse(source, { maxLexicalTokens: this.limits.tokens, noLocation: true });
    } catch (error) {
      if (error instanceof RangeError) return tooComplex('it nests too deep');
      const message = error instanceof Error ? error.message : '';
      return TOO_MANY_TOKENS.test(message)
        ? tooComplex(`it has more than ${this.limits.tokens} tokens`)
        : null;
    }
    const refusal = refusalOfDocument(document, this.limits);
    if (!refusal && source.length <= MAX_REMEMBERED_LENGTH) this.passed.set(source, true);
    return refusal;
  }
}

/** Why the document is over a limit, or null. Takes time in proportion to its text, however fragments nest. */
export function refusalOfDocument(document: DocumentNode, limits: DocumentLimits): GraphQLError | null {
  const measure = new Measure(document, limits);
  try {
    measure.run();
    return null;
  } catch (error) {
    if (error instanceof TooComplex) return tooComplex(error.message);
    throw error;
  }
}

class TooComplex extends Error {}

function tooComplex(reason: string): GraphQLError {
  return codedError('QUERY_TOO_COMPLEX', `the document is refused: ${reason}`);
}

interface Size {
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  readonly depth: number;
  /** The introspection lists that appear anywhere below. */
  readonly lists: ReadonlySet<string>;
  /** Whether one of those lists comes again below itself: fields { type { fields } }. */
  readonly circular: boolean;
}

const EMPTY: Size = { fields: 0, aliases: 0, directives: 0, depth: 0, lists: new Set(), circular: false };

class Measure {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly sizes = new Map<string, Size>();
  private readonly open = new Set<string>();

  constructor(
    private readonly document: DocumentNode,
    private readonly limits: DocumentLimits,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
  }

  run(): void {
    let total = EMPTY;
    for (const definition of this.document.definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION) {
        total = this.add(total, this.sizeOfOperation(definition));
      } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
        // An unused fragment is measured too: validation would visit it.
        this.sizeOfFragment(definition.name.value, 0);
      }
    }
  }

  private sizeOfOperation(operation: OperationDefinitionNode): Size {
    if (operation.operation === OperationTypeNode.MUTATION) {
      this.check('rootMutations', this.rootFields(operation.selectionSet), 'mutations in one request');
    }
    const variables = operation.variableDefinitions ?? [];
    for (const variable of variables) this.checkValue(variable.defaultValue, 0);
    const directives = count(operation) + variables.reduce((sum, variable) => sum + count(variable), 0);
    const size = this.add({ ...EMPTY, directives }, this.sizeOf(operation.selectionSet, 0));
    this.check('depth', size.depth, 'levels');
    return size;
  }

  private sizeOf(set: SelectionSetNode, nesting: number): Size {
    if (nesting > MAX_NESTING) throw new TooComplex(`it nests deeper than ${this.limits.depth} levels`);
    if (set.selections.length > MAX_REPEATS) this.checkRepeats(set);
    let size = EMPTY;
    for (const selection of set.selections) {
      const directives = count(selection);
      if (directives > 0) size = this.add(size, { ...EMPTY, directives });
      size = this.add(size, this.sizeOfSelection(selection, nesting + 1));
    }
    return size;
  }

  private checkRepeats(set: SelectionSetNode): void {
    const counts = new Map<string, number>();
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) continue;
      const name =
        selection.kind === Kind.FIELD ? (selection.alias ?? selection.name).value : selection.name.value;
      const repeats = (counts.get(name) ?? 0) + 1;
      if (repeats > MAX_REPEATS)
        throw new TooComplex(`it selects the same field more than ${MAX_REPEATS} times`);
      counts.set(name, repeats);
    }
  }

  private sizeOfSelection(selection: SelectionNode, nesting: number): Size {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.sizeOfFragment(selection.name.value, nesting);
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.sizeOf(selection.selectionSet, nesting);
    for (const argument of selection.arguments ?? []) this.checkValue(argument.value, 0);
    const name = selection.name.value;
    const below = selection.selectionSet ? this.sizeOf(selection.selectionSet, nesting) : EMPTY;
    const isIntrospection = name === '__schema' || name === '__type';
    if (isIntrospection) this.checkIntrospection(below);
    const isList = INTROSPECTION_LISTS.has(name) && selection.selectionSet !== undefined;
    return {
      fields: below.fields + 1,
      aliases: below.aliases + (selection.alias ? 1 : 0),
      directives: below.directives,
      depth: isIntrospection ? 1 : below.depth + 1,
      lists: isList ? new Set([...below.lists, name]) : below.lists,
      circular: below.circular || (isList && below.lists.has(name)),
    };
  }

  private checkIntrospection(below: Size): void {
    this.check('introspectionDepth', below.depth + 1, 'levels of introspection');
    if (below.circular) throw new TooComplex('its introspection is circular');
  }

  private sizeOfFragment(name: string, nesting: number): Size {
    const known = this.sizes.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    // Unknown and circular fragments are for validation to report.
    if (!fragment || this.open.has(name)) return EMPTY;
    this.open.add(name);
    const directives = count(fragment);
    const size = this.add({ ...EMPTY, directives }, this.sizeOf(fragment.selectionSet, nesting + 1));
    this.open.delete(name);
    this.sizes.set(name, size);
    return size;
  }

  private rootFields(set: SelectionSetNode, spread = new Set<string>()): number {
    return set.selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FIELD) return sum + 1;
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return sum + this.rootFields(selection.selectionSet, spread);
      const fragment = this.fragments.get(selection.name.value);
      if (!fragment || spread.has(selection.name.value)) return sum;
      spread.add(selection.name.value);
      return sum + this.rootFields(fragment.selectionSet, spread);
    }, 0);
  }

  private add(a: Size, b: Size): Size {
    const size = {
      fields: a.fields + b.fields,
      aliases: a.aliases + b.aliases,
      directives: a.directives + b.directives,
      depth: Math.max(a.depth, b.depth),
      circular: a.circular || b.circular,
      lists: b.lists.size === 0 ? a.lists : a.lists.size === 0 ? b.lists : new Set([...a.lists, ...b.lists]),
    };
    this.check('fields', size.fields, 'fields');
    this.check('aliases', size.aliases, 'aliases');
    this.check('directives', size.directives, 'directives');
    return size;
  }

  private checkValue(value: ValueNode | undefined, depth: number): void {
    if (value?.kind !== Kind.LIST && value?.kind !== Kind.OBJECT) return;
    this.check('valueDepth', depth + 1, 'levels in an argument');
    if (value.kind === Kind.LIST) for (const item of value.values) this.checkValue(item, depth + 1);
    else for (const field of value.fields) this.checkValue(field.value, depth + 1);
  }

  private check(limit: keyof DocumentLimits, value: number, what: string): void {
    if (value > this.limits[limit]) throw new TooComplex(`it has more than ${this.limits[limit]} ${what}`);
  }
}

function count(node: { readonly directives?: readonly unknown[] | undefined }): number {
  return node.directives?.length ?? 0;
}
