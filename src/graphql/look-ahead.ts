import {
  type DirectiveNode,
  type FieldNode,
  getArgumentValues,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { LRUCache } from './lru-cache';

export type SelectedArguments = Readonly<Record<string, unknown>>;

/** A selected field, whatever its aliases; fields of different concrete types are one when their names are. */
export interface SelectedField {
  /** The coerced arguments of the first use, with the schema's defaults. */
  readonly args: SelectedArguments;
  /** One entry for each name in the response: several, where aliases ask for the field with different arguments. */
  readonly uses: readonly { readonly responseKey: string; readonly args: SelectedArguments }[];
  readonly fields: Selection;
}

/** The selected fields by name; `__typename` is left out. */
export type Selection = Readonly<Partial<Record<string, SelectedField>>>;

interface MutableField {
  args: SelectedArguments;
  uses: { responseKey: string; args: SelectedArguments }[];
  fields: MutableSelection;
}
type MutableSelection = Record<string, MutableField>;

const NO_ARGUMENTS: SelectedArguments = Object.freeze({});
const NOTHING: Selection = Object.freeze(emptySelection());

/** Selections below one node of a document, by the values of the variables that they depend on. */
interface KeptSelections {
  readonly type: GraphQLNamedType;
  readonly variables: readonly string[];
  readonly byValues: LRUCache<string, Selection>;
}

const MOST_KEPT = 20;
const LONGEST_VALUES = 500;

// The same info object is asked again by the loaders of one field; the same node by later requests.
const byInfo = new WeakMap<GraphQLResolveInfo, Selection>();
const byNode = new WeakMap<FieldNode, KeptSelections>();

/**
 * What is selected below the field that `info` belongs to: one pass through fragments, `@skip`, `@include` and
 * aliases, so that a resolver knows at once which relations to read.
 */
export function selectionOf(info: GraphQLResolveInfo): Selection {
  const known = byInfo.get(info);
  if (known) return known;
  const type = getNamedType(info.returnType);
  const [only] = info.fieldNodes;
  if (only === undefined || info.fieldNodes.length > 1) return note(info, selectedBelow(info, type));
  const kept = keptBelow(only, type, info);
  const values = kept.variables.map((name) => valueAsText(name, info.variableValues)).join();
  const before = kept.byValues.get(values);
  if (before !== undefined) return before;
  const selection = note(info, selectedBelow(info, type));
  if (values.length <= LONGEST_VALUES) kept.byValues.set(values, selection);
  return selection;
}

/** One that is not given is another than one that is null. */
function valueAsText(name: string, values: GraphQLResolveInfo['variableValues']): string {
  return Object.hasOwn(values, name) ? JSON.stringify(values[name]) : '';
}

function note(info: GraphQLResolveInfo, selection: Selection): Selection {
  byInfo.set(info, selection);
  return selection;
}

function keptBelow(node: FieldNode, type: GraphQLNamedType, info: GraphQLResolveInfo): KeptSelections {
  const known = byNode.get(node);
  if (known?.type === type) return known;
  const kept = {
    type,
    variables: variablesBelow(node, info),
    byValues: new LRUCache<string, Selection>(MOST_KEPT),
  };
  byNode.set(node, kept);
  return kept;
}

/** The variables below a field, in fragments too. */
function variablesBelow(field: FieldNode, { fragments }: GraphQLResolveInfo): string[] {
  const names = new Set<string>();
  const spread = new Set<string>();
  const look = (set: SelectionSetNode | undefined): void => {
    if (set === undefined) return;
    visit(set, {
      Variable: ({ name }) => void names.add(name.value),
      FragmentSpread: ({ name }) => {
        if (spread.has(name.value)) return;
        spread.add(name.value);
        look(fragments[name.value]?.selectionSet);
      },
    });
  };
  look(field.selectionSet);
  return [...names];
}

function selectedBelow(info: GraphQLResolveInfo, type: GraphQLNamedType): Selection {
  const pass = new Pass(info);
  const selection = emptySelection();
  if (isCompositeType(type)) {
    for (const node of info.fieldNodes) pass.collect(node.selectionSet, type, selection);
  }
  return selection;
}

/** What is selected of the entries of a connection, through `nodes`, through `edges { node }`, or both. */
export function nodeSelectionOf(connection: Selection): Selection {
  const direct = connection.nodes?.fields;
  const throughEdges = connection.edges?.fields.node?.fields;
  if (!direct || !throughEdges) return direct ?? throughEdges ?? NOTHING;
  const merged = emptySelection();
  merge(direct, merged);
  merge(throughEdges, merged);
  return merged;
}

/** "cursor" where something that is selected of a connection says where its entries stand. */
export function cursorFields(connection: Selection): readonly string[] {
  return 'pageInfo' in connection || 'edges' in connection ? ['cursor'] : [];
}

class Pass {
  constructor(private readonly info: GraphQLResolveInfo) {}

  collect(set: SelectionSetNode | undefined, type: GraphQLCompositeType, into: MutableSelection): void {
    for (const selection of set?.selections ?? []) {
      if (selection.directives?.length && !this.isIncluded(selection.directives)) continue;
      if (selection.kind === Kind.FIELD) {
        this.collectField(selection, type, into);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.collect(selection.selectionSet, this.typeNamed(selection.typeCondition?.name.value, type), into);
      } else {
        const fragment = this.info.fragments[selection.name.value];
        const condition = fragment?.typeCondition.name.value;
        this.collect(fragment?.selectionSet, this.typeNamed(condition, type), into);
      }
    }
  }

  private collectField(node: FieldNode, type: GraphQLCompositeType, into: MutableSelection): void {
    const definition =
      isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    if (!definition) return;
    const args = this.argumentsOf(definition, node);
    const responseKey = node.alias?.value ?? node.name.value;
    const field = (into[node.name.value] ??= { args, uses: [], fields: emptySelection() });
    if (!field.uses.some((use) => use.responseKey === responseKey)) field.uses.push({ responseKey, args });
    const fieldType = getNamedType(definition.type);
    if (isCompositeType(fieldType)) this.collect(node.selectionSet, fieldType, field.fields);
  }

  private argumentsOf(definition: GraphQLField<unknown, unknown>, node: FieldNode): SelectedArguments {
    if (definition.args.length === 0) return NO_ARGUMENTS;
    try {
      return getArgumentValues(definition, node, this.info.variableValues);
    } catch {
      // The field itself reports it when it is executed.
      return NO_ARGUMENTS;
    }
  }

  private isIncluded(directives: readonly DirectiveNode[]): boolean {
    return directives.every((directive) => {
      const name = directive.name.value;
      if (name !== 'skip' && name !== 'include') return true;
      const condition = directive.arguments?.[0]?.value;
      let value: unknown = condition?.kind === Kind.BOOLEAN && condition.value;
      if (condition?.kind === Kind.VARIABLE) {
        value = this.info.variableValues[condition.name.value];
      }
      return name === 'skip' ? value !== true : value === true;
    });
  }

  private typeNamed(name: string | undefined, otherwise: GraphQLCompositeType): GraphQLCompositeType {
    const type = name === undefined ? undefined : this.info.schema.getType(name);
    return isCompositeType(type) ? type : otherwise;
  }
}

function merge(from: Selection, into: MutableSelection): void {
  for (const [name, field] of Object.entries(from)) {
    if (!field) continue;
    const target = (into[name] ??= { args: field.args, uses: [], fields: emptySelection() });
    for (const use of field.uses) {
      if (!target.uses.some(({ responseKey }) => responseKey === use.responseKey)) target.uses.push(use);
    }
    merge(field.fields, target.fields);
  }
}

function emptySelection(): MutableSelection {
  return Object.create(null) as MutableSelection;
}
