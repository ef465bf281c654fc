import {
  type ArgumentNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  getNamedType,
  type GraphQLInputType,
  GraphQLScalarType,
  GraphQLSchema,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  type ValueNode,
  valueFromAST,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { DOCUMENT_LIMITS, refusalOfDocument } from './limits';
import type { Variables } from './variables';

/**
 * graphql-jit in its own terms is not graphql-js: it reads variables in another way and cannot compile recursive
 * input types, it confuses `@skip` and `@include` on repeated fragments, it leaves a missing variable inside an
 * object literal as null, and it writes literals into its code as text, where a string can turn into code. So it
 * gets documents without any of these: directives decided, and every literal turned into a variable whose value
 * graphql-js itself has read.
 */

const HOISTED = 'jitLiteral';
const PASS_THROUGH = new GraphQLScalarType({ name: 'JitVariable', parseValue: (value) => value });
const MAX_FIELDS = 300;
const MAX_VARIANTS = 4;
// graphql-jit joins the names of a path with underscores to find a field again, and numbers list items idx1, idx2.
const PLAIN_NAME = /^(?!idx\d+$)[A-Za-z][A-Za-z0-9]*$/;

/** The schema to compile against: the same types, and one more that lets ready variables pass. */
export function schemaForJit(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  return new GraphQLSchema({ ...config, types: [...config.types, PASS_THROUGH], assumeValid: true });
}

interface HoistedLiteral {
  readonly value: ValueNode;
  readonly type: GraphQLInputType;
}

/** A rewritten document; `variablesFor` gives what its compiled form is run with, null where graphql-js must run. */
export interface JitDocument {
  readonly document: DocumentNode;
  readonly variablesFor: (variables: Variables) => Variables | null;
}

/** An operation that may be compiled: one rewritten document for each outcome of its `@skip` and `@include`. */
export class JitPlan {
  private readonly literals = new Map<
    ArgumentNode,
    { readonly name: string; readonly literal: HoistedLiteral }
  >();
  private readonly conditions = new Set<string>();
  private readonly typeInfo: TypeInfo;
  private fits = true;

  private constructor(
    private readonly original: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    schema: GraphQLSchema,
  ) {
    this.typeInfo = new TypeInfo(schema);
  }

  /** The plan for a query, or null for what is better left to graphql-js. */
  static of(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    schema: GraphQLSchema,
  ): JitPlan | null {
    if (operation.operation !== OperationTypeNode.QUERY) return null;
    if (refusalOfDocument(document, { ...DOCUMENT_LIMITS, fields: MAX_FIELDS })) return null;
    const plan = new JitPlan(document, operation, schema);
    plan.inspect();
    return plan.fits && 2 ** plan.conditions.size <= MAX_VARIANTS ? plan : null;
  }

  /** Which variant the variables ask for. */
  keyFor(variables: Variables): string {
    let key = '';
    for (const name of this.conditions) key += variables[name] === true ? '1' : '0';
    return key;
  }

  /** The variant for these variables. */
  rewrite(variables: Variables): JitDocument {
    const definitions = this.original.definitions.flatMap((definition): DefinitionNode[] => {
      if (definition === this.operation) return [this.rewriteOperation(variables)];
      if (definition.kind !== Kind.FRAGMENT_DEFINITION) return [];
      return [
        { ...definition, directives: [], selectionSet: this.rewriteSet(definition.selectionSet, variables) },
      ];
    });
    return {
      document: { ...this.original, definitions },
      variablesFor: variablesReader([...this.literals.values()]),
    };
  }

  private inspect(): void {
    const { typeInfo } = this;
    const refuse = () => {
      this.fits = false;
    };
    const visitor = visitWithTypeInfo(typeInfo, {
      Field: ({ name, alias }) => {
        if (!PLAIN_NAME.test((alias ?? name).value) && name.value !== '__typename') refuse();
        if (alias && !PLAIN_NAME.test(alias.value)) refuse();
        const type = getNamedType(typeInfo.getType());
        if (name.value.startsWith('__') && name.value !== '__typename') refuse();
        if (isAbstractType(type) && isAsync(type.resolveType)) refuse();
      },
      Variable: ({ name }) => {
        if (!PLAIN_NAME.test(name.value) || name.value.startsWith(HOISTED)) refuse();
      },
      Argument: (argument) => {
        const type = typeInfo.getInputType();
        if (typeInfo.getDirective() || argument.value.kind === Kind.VARIABLE) return;
        if (type) this.hoist(argument, type);
        else refuse();
      },
      Directive: ({ name, arguments: args }) => {
        if (name.value !== 'skip' && name.value !== 'include') refuse();
        const value = args?.[0]?.value;
        if (value?.kind === Kind.VARIABLE) this.conditions.add(value.name.value);
      },
    });
    visit(this.original, visitor);
  }

  private hoist(argument: ArgumentNode, type: GraphQLInputType): void {
    const name = `${HOISTED}${this.literals.size}`;
    this.literals.set(argument, { name, literal: { value: argument.value, type } });
  }

  private rewriteOperation(variables: Variables): OperationDefinitionNode {
    const names = [
      ...(this.operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value),
      ...[...this.literals.values()].map(({ name }) => name),
    ];
    return {
      ...this.operation,
      directives: [],
      variableDefinitions: names.map(definitionOf),
      selectionSet: this.rewriteSet(this.operation.selectionSet, variables),
    };
  }

  private rewriteSet(set: SelectionSetNode, variables: Variables): SelectionSetNode {
    const selections = set.selections
      .filter((selection) => isIncluded(selection.directives ?? [], variables))
      .map((selection) => this.rewriteSelection(selection, variables));
    return { ...set, selections };
  }

  // Every node is a new one: graphql-jit writes into those that it compiles.
  private rewriteSelection(selection: SelectionNode, variables: Variables): SelectionNode {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return { ...selection, directives: [] };
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return {
        ...selection,
        directives: [],
        selectionSet: this.rewriteSet(selection.selectionSet, variables),
      };
    }
    const { selectionSet, arguments: args = [], ...rest } = selection;
    return {
      ...rest,
      directives: [],
      arguments: args.map((argument) => this.rewriteArgument(argument)),
      ...(selectionSet && { selectionSet: this.rewriteSet(selectionSet, variables) }),
    };
  }

  private rewriteArgument(argument: ArgumentNode): ArgumentNode {
    const hoisted = this.literals.get(argument);
    if (!hoisted) return argument;
    return { ...argument, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: hoisted.name } } };
  }
}

function definitionOf(name: string): VariableDefinitionNode {
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: PASS_THROUGH.name } },
  };
}

function variablesReader(
  hoisted: readonly { readonly name: string; readonly literal: HoistedLiteral }[],
): (variables: Variables) => Variables | null {
  const fixed: Record<string, unknown> = {};
  const dependent = hoisted.filter(({ name, literal: { value, type } }) => {
    if (mentionsVariable(value)) return true;
    fixed[name] = valueFromAST(value, type);
    return false;
  });
  return (variables) => {
    const all: Record<string, unknown> = { ...fixed, ...variables };
    for (const { name, literal } of dependent) {
      const value = valueFromAST(literal.value, literal.type, variables);
      if (value === undefined) return null;
      all[name] = value;
    }
    return all;
  };
}

function isIncluded(directives: readonly DirectiveNode[], variables: Variables): boolean {
  return directives.every((directive) => {
    const value = directive.arguments?.[0]?.value;
    const condition =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value]
        : value?.kind === Kind.BOOLEAN && value.value;
    return directive.name.value === 'skip' ? condition !== true : condition === true;
  });
}

function mentionsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(mentionsVariable);
  return value.kind === Kind.OBJECT && value.fields.some((field) => mentionsVariable(field.value));
}

// graphql-jit does not wait for the type of an object; type-graphql makes every given resolveType asynchronous.
function isAsync(resolveType: unknown): boolean {
  return typeof resolveType === 'function' && resolveType.constructor.name === 'AsyncFunction';
}
