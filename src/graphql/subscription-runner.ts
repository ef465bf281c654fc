import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import { type Actor } from '../app/actor';
import { pauseFor, stoppable } from '../app/stoppable';
import { CostMeter } from './cost';
import { codedError, formatError } from './errors';
import { DOCUMENT_LIMITS, DocumentGate } from './limits';
import {
  codeOf,
  type ErrorMask,
  type OperationLimits,
  type RequestIdentity,
  tooMany,
} from './operation-plugin';
import { coerceVariables, type Variables } from './variables';

/** A request for a subscription, as it comes over the wire. */
export interface SubscriptionRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Variables | null | undefined;
}

/** For whom it runs. */
export interface Subscriber<C extends RequestIdentity> {
  readonly requestId: string;
  /** Who it is as of now; null once the token is not valid any more. */
  actor(): Promise<Actor | null>;
  /** A context for one answer: what it loads is not kept for the next one. */
  contextFor(actor: Actor): C;
}

/** What a subscription gives, until it is stopped. */
export type Results = AsyncGenerator<ExecutionResult, void, undefined>;

/** A subscription that has begun. */
export interface Begun {
  readonly args: ExecutionArgs;
  readonly results: Results;
}

/**
 * Runs subscriptions under the same limits as operations over HTTP: those of documents, of cost, and the points of the
 * actor. Points are taken for the subscription itself and for each event; without points, events wait.
 */
export class SubscriptionRunner<C extends RequestIdentity> {
  private readonly meter: CostMeter;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly gate: DocumentGate,
    private readonly mask: ErrorMask,
    private readonly limits: OperationLimits<C>,
  ) {
    this.meter = new CostMeter(schema, limits.maximumCost);
  }

  /** Begins it for the actor, or says why not. */
  async begin(
    request: SubscriptionRequest,
    actor: Actor,
    subscriber: Subscriber<C>,
  ): Promise<Begun | readonly GraphQLError[]> {
    const outcome = { kind: OperationTypeNode.SUBSCRIPTION, cost: 0 };
    try {
      const { document, cost } = this.checked(request);
      outcome.cost = cost;
      const state = await this.limits.throttle.take(actor.id, cost);
      if (!state.taken) throw tooMany(state);
      const args: ExecutionArgs = {
        schema: this.schema,
        document,
        operationName: request.operationName,
        variableValues: request.variables,
        contextValue: subscriber.contextFor(actor),
      };
      const source = await createSourceEventStream(args);
      if (!isEvents(source)) throw new Refused('errors' in source ? (source.errors ?? []) : []);
      this.limits.noteOperation?.({ ...outcome, code: codeOf(undefined) });
      return { args, results: this.results(source, args, cost, subscriber) };
    } catch (error) {
      const errors = errorsOf(error);
      const [first] = errors.map((one) => formatError(one.toJSON(), one, subscriber.requestId));
      this.limits.noteOperation?.({ ...outcome, code: codeOf(first) });
      return errors;
    }
  }

  /** Errors as callers see them; the unexpected ones are reported. */
  shown(errors: readonly GraphQLError[], requestId: string): GraphQLFormattedError[] {
    this.mask.note(errors, requestId);
    return errors.map((error) => this.mask.format(error.toJSON(), error));
  }

  private checked({ query, operationName, variables }: SubscriptionRequest): {
    readonly document: DocumentNode;
    readonly cost: number;
  } {
    const refusal = this.gate.refusalOf(query);
    if (refusal) throw refusal;
    const document = parsed(query);
    const faults = validate(this.schema, document);
    if (faults.length > 0) throw new Refused(faults.map(invalid));
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      throw codedError('OPERATION_RESOLUTION_FAILURE', 'say with operationName which operation is meant');
    }
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      throw codedError(
        'BAD_REQUEST',
        `only subscriptions are answered over a WebSocket; send a ${operation.operation} with POST /graphql`,
      );
    }
    const given = variables ?? {};
    const coerced = coerceVariables(this.schema, operation, given);
    return { document, cost: this.meter.costOf(document, operation, coerced, given) };
  }

  private results(
    source: AsyncGenerator<unknown, void, undefined>,
    args: ExecutionArgs,
    cost: number,
    subscriber: Subscriber<C>,
  ): Results {
    const { limits } = this;
    return stoppable(async function* (signal) {
      // Whoever stops need not wait for the next event.
      signal.addEventListener('abort', () => void source.return());
      for await (const event of source) {
        const actor = await subscriber.actor();
        if (actor === null) return;
        for (;;) {
          const { taken, retryAfterSeconds } = await limits.throttle.take(actor.id, cost);
          if (taken || signal.aborted) break;
          await pauseFor(retryAfterSeconds * 1_000, signal);
        }
        if (signal.aborted) return;
        yield await execute({ ...args, rootValue: event, contextValue: subscriber.contextFor(actor) });
      }
    });
  }
}

/** Several errors by which a subscription is refused. */
class Refused extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('the subscription is refused');
  }
}

function errorsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof Refused && error.errors.length > 0) return error.errors;
  if (error instanceof GraphQLError) return [error];
  return [new GraphQLError('', { originalError: error instanceof Error ? error : new Error(String(error)) })];
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query, { maxLexicalTokens: DOCUMENT_LIMITS.tokens });
  } catch (error) {
    if (error instanceof GraphQLError) throw codedError('GRAPHQL_PARSE_FAILED', error.message);
    throw error;
  }
}

function invalid(fault: GraphQLError): GraphQLError {
  const { message, nodes = null, source, positions } = fault;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}

function isEvents(
  source: AsyncIterable<unknown> | ExecutionResult,
): source is AsyncGenerator<unknown, void, undefined> {
  return Symbol.asyncIterator in source;
}
