import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';
import { codedError } from './errors';

export type Variables = Readonly<Record<string, unknown>>;

const MAX_PROBLEMS = 5;

/**
 * The variables of an operation in the form that resolvers get. Throws one BAD_USER_INPUT that names the place of
 * each wrong value without repeating the values around it, and each variable that the operation does not declare.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Variables,
): Variables {
  const definitions = operation.variableDefinitions ?? [];
  const problems: string[] = [];
  const declared = new Set(definitions.map((definition) => definition.variable.name.value));
  for (const name of Object.keys(given)) {
    if (!declared.has(name))
      problems.push(`variable "$${name.slice(0, 60)}" is not declared by the operation`);
    if (problems.length >= MAX_PROBLEMS) break;
  }
  const coerced: Record<string, unknown> = {};
  for (const definition of definitions) {
    if (problems.length >= MAX_PROBLEMS) break;
    coerceOne(schema, definition, given, coerced, problems);
  }
  if (problems.length > 0) throw refusal(problems);
  return coerced;
}

function coerceOne(
  schema: GraphQLSchema,
  definition: VariableDefinitionNode,
  given: Variables,
  coerced: Record<string, unknown>,
  problems: string[],
): void {
  const name = definition.variable.name.value;
  const type = typeFromAST(schema, definition.type);
  // Validation has refused other types already.
  if (!isInputType(type)) return;
  if (!Object.hasOwn(given, name)) {
    if (definition.defaultValue) coerced[name] = valueFromAST(definition.defaultValue, type);
    else if (isNonNullType(type)) problems.push(`variable "$${name}" of type ${String(type)} is required`);
    return;
  }
  const value = given[name];
  if (value === null && isNonNullType(type)) {
    problems.push(`variable "$${name}" of type ${String(type)} must not be null`);
    return;
  }
  coerced[name] = coerceNoting(problems, value, type, `variable "$${name}"`);
}

/**
 * A value that came in without a query, in the form that resolvers get one of the type. Throws one BAD_USER_INPUT
 * that names the place of each wrong part.
 */
export function coerceValue(value: unknown, type: GraphQLInputType, name: string): unknown {
  const problems: string[] = [];
  const coerced = coerceNoting(problems, value, type, name);
  if (problems.length > 0) throw refusal(problems);
  return coerced;
}

function coerceNoting(problems: string[], value: unknown, type: GraphQLInputType, name: string): unknown {
  try {
    return coerceInputValue(value, type, (path, _value, error) => {
      if (problems.length < MAX_PROBLEMS) problems.push(`${name}${placeOf(path)}: ${error.message}`);
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.push(`${name}: it nests too deep`);
    return undefined;
  }
}

function placeOf(path: readonly (string | number)[]): string {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return place === '' ? '' : ` at "${place.replace(/^\./, '')}"`;
}

function refusal(problems: readonly string[]): GraphQLError {
  return codedError('BAD_USER_INPUT', problems.map((problem) => problem.slice(0, 300)).join('; '));
}

// Kept for the run of the same request, so that they are coerced once.
const byRequest = new WeakMap<object, Variables>();

/** `coerceVariables` for a request, once however often it is asked. */
export function variablesOf(
  request: { readonly variables?: Variables | undefined },
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
): Variables {
  const known = byRequest.get(request);
  if (known) return known;
  const coerced = coerceVariables(schema, operation, request.variables ?? {});
  byRequest.set(request, coerced);
  return coerced;
}
