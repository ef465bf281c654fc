import { type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server';
import {
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { type JitDocument, JitPlan, schemaForJit } from './jit-document';
import { LRUCache } from './lru-cache';
import type { ErrorMask, RequestIdentity } from './operation-plugin';
import { variablesOf } from './variables';

export interface JitOptions {
  /** How often graphql-js runs an operation before it is worth compiling. */
  readonly compileAfter: number;
  /** How many operations are kept. */
  readonly capacity: number;
  /** Characters of the document. */
  readonly maxLength: number;
}

export const JIT_OPTIONS: JitOptions = { compileAfter: 3, capacity: 300, maxLength: 20_000 };

interface Compiled {
  readonly run: CompiledQuery['query'];
  readonly variablesFor: JitDocument['variablesFor'];
}

interface Seen {
  runs: number;
  /** Null: not for compiling. Undefined: not looked at yet. */
  plan: JitPlan | null | undefined;
  readonly variants: Map<string, Compiled | null>;
}

/**
 * Runs queries that come again and again as compiled code (graphql-jit). It stands behind authentication,
 * validation and the cost check; where it gives way, Apollo runs the operation in the ordinary way. Mutations are
 * never compiled: they would gain nothing, and must never run twice.
 */
export function jitPlugin<C extends RequestIdentity>(
  schema: GraphQLSchema,
  mask: ErrorMask,
  options: JitOptions = JIT_OPTIONS,
): ApolloServerPlugin<C> {
  const compiler = new Compiler(schema, options);

  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- Apollo's interface is asynchronous.
    async requestDidStart() {
      return {
        async responseForOperation({ document, operation, request, source, contextValue }) {
          // Apollo comes here without an operation too, where the request names none of the document's.
          if (!isGiven(operation) || source.length > options.maxLength) return null;
          const coerced = variablesOf(request, schema, operation);
          const compiled = compiler.compiledFor(document, operation, coerced);
          const variables = compiled?.variablesFor(coerced);
          if (!compiled || !variables) return null;
          const result = await compiled.run(undefined, contextValue, variables);
          // Nothing has run yet: it is graphql-js' turn to say why.
          if (result.data === undefined) return null;
          return responseOf(result, mask, contextValue.requestId);
        },
      };
    },
  };
}

function isGiven(operation: OperationDefinitionNode | undefined): operation is OperationDefinitionNode {
  return operation !== undefined;
}

class Compiler {
  private readonly seen: LRUCache<OperationDefinitionNode, Seen>;
  private readonly jitSchema: GraphQLSchema;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly options: JitOptions,
  ) {
    this.seen = new LRUCache(options.capacity);
    this.jitSchema = schemaForJit(schema);
  }

  /** The compiled operation, or null while it is new and for whatever cannot be compiled. */
  compiledFor(
    document: Parameters<typeof JitPlan.of>[0],
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): Compiled | null {
    const seen = this.seenBefore(operation);
    seen.runs += 1;
    if (seen.runs <= this.options.compileAfter) return null;
    if (seen.plan === undefined) seen.plan = JitPlan.of(document, operation, this.schema);
    if (!seen.plan) return null;
    const key = seen.plan.keyFor(variables);
    let compiled = seen.variants.get(key);
    if (compiled === undefined) {
      compiled = this.compile(seen.plan.rewrite(variables), operation);
      seen.variants.set(key, compiled);
    }
    return compiled;
  }

  private seenBefore(operation: OperationDefinitionNode): Seen {
    const known = this.seen.get(operation);
    if (known) return known;
    const seen: Seen = { runs: 0, plan: undefined, variants: new Map() };
    this.seen.set(operation, seen);
    return seen;
  }

  private compile(
    { document, variablesFor }: JitDocument,
    operation: OperationDefinitionNode,
  ): Compiled | null {
    const compiled = compileQuery(this.jitSchema, document, operation.name?.value ?? '', {
      disablingCapturingStackErrors: true,
    });
    return isCompiledQuery(compiled) ? { run: compiled.query, variablesFor } : null;
  }
}

function responseOf(result: ExecutionResult, mask: ErrorMask, requestId: string): GraphQLResponse {
  const { data = null, errors } = result;
  if (!errors) return answer({ data });
  mask.note(errors, requestId);
  return answer({ data, errors: errors.map((error) => mask.format(asFormatted(error), error)) });
}

function asFormatted({ message, locations, path }: GraphQLError) {
  return { message, ...(locations && { locations }), ...(path && { path }) };
}

function answer(
  singleResult: Extract<GraphQLResponse['body'], { kind: 'single' }>['singleResult'],
): GraphQLResponse {
  return { body: { kind: 'single', singleResult }, http: { headers: new HeaderMap() } };
}
