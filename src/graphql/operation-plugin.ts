import {
  type ApolloServerPlugin,
  type BaseContext,
  type GraphQLRequestContextDidResolveOperation,
  type GraphQLRequestContextWillSendResponse,
  HeaderMap,
} from '@apollo/server';
import {
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import type { Actor } from '../app/actor';
import { CostMeter } from './cost';
import { codedError, formatError, isUnexpected, RETRY_AFTER_OVERLOAD, statusOf } from './errors';
import { takesLong } from './long-operation';
import { pointsUsedUp, type Throttle, type ThrottleState } from './throttle';
import { variablesOf } from './variables';

const SUBSCRIBE_ELSEWHERE =
  'subscriptions are answered over a WebSocket at /graphql (the protocol graphql-transport-ws), not over HTTP';

/** What the plumbing needs to know about a request; the context of resolvers has more. */
export interface RequestIdentity extends BaseContext {
  readonly actor: Actor;
  readonly requestId: string;
}

/** Told of every error that callers see masked only. */
export type ErrorReport = (error: GraphQLError, requestId: string) => void;

export interface OperationLimits<C> {
  readonly throttle: Throttle;
  readonly maximumCost?: number | undefined;
  /** Why this request is refused for its size, given the kind of its operation; null lets it pass. */
  readonly refusalOfSize?: (body: unknown, operation: OperationTypeNode) => GraphQLError | null;
  /** Told what is about to be done, once it is checked. `takesLong` as its fields say. */
  readonly noteStart?: (context: C, operation: OperationTypeNode, takesLong: boolean) => void;
  /** Told what became of each operation. */
  readonly noteOperation?: (outcome: OperationOutcome) => void;
}

/** What became of an operation; those that could not be read or checked have no kind and no cost. */
export interface OperationOutcome {
  readonly kind: OperationTypeNode | 'none';
  /** The code of the first error; "none" without one. */
  readonly code: string;
  /** Points. */
  readonly cost: number;
}

/** Masks errors with the id of their request. Apollo's own formatter does not know the request, so this remembers it. */
export class ErrorMask {
  private readonly requestIds = new WeakMap<object, string>();

  constructor(private readonly report: ErrorReport) {}

  /** Notes which request the errors belong to and reports the unexpected ones. */
  note(errors: readonly GraphQLError[], requestId: string): void {
    for (const error of errors) {
      this.requestIds.set(error, requestId);
      if (isUnexpected(error)) this.report(error, requestId);
    }
  }

  /** Apollo's `formatError`. */
  readonly format = (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const requestId = typeof error === 'object' && error !== null ? this.requestIds.get(error) : undefined;
    return formatError(formatted, error, requestId ?? 'unknown');
  };
}

/**
 * Once an operation is known: checks its variables, measures its cost, takes that from the actor's bucket. On the
 * way out: puts the cost into the answer and the status that goes with its errors.
 */
export function operationPlugin<C extends RequestIdentity>(
  schema: GraphQLSchema,
  mask: ErrorMask,
  limits: OperationLimits<C>,
): ApolloServerPlugin<C> {
  const meter = new CostMeter(schema, limits.maximumCost);

  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- Apollo's interface is asynchronous.
    async requestDidStart() {
      let requested = 0;
      let throttled: ThrottleState | undefined;
      return {
        async didResolveOperation(context: GraphQLRequestContextDidResolveOperation<C>) {
          const { document, operation, request, contextValue } = context;
          // Apollo says itself that an operation is missing.
          if (!operation) return;
          if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
            throw codedError('BAD_REQUEST', SUBSCRIBE_ELSEWHERE, { http: { status: 400 } });
          }
          const tooBig = limits.refusalOfSize?.(request.http?.body, operation.operation);
          if (tooBig) throw tooBig;
          const variables = variablesOf(request, schema, operation);
          requested = meter.costOf(document, operation, variables, request.variables ?? {});
          throttled = await limits.throttle.take(contextValue.actor.id, requested);
          if (!throttled.taken) throw tooMany(throttled);
          limits.noteStart?.(contextValue, operation.operation, takesLong(schema, document, operation));
        },

        // eslint-disable-next-line @typescript-eslint/require-await -- Apollo's interface is asynchronous.
        async didEncounterErrors({ errors, contextValue }) {
          mask.note(errors, contextValue.requestId);
        },

        async willSendResponse({
          contextValue,
          operation,
          response,
        }: GraphQLRequestContextWillSendResponse<C>) {
          if (response.body.kind !== 'single') return;
          const result = response.body.singleResult;
          const { capacity, available, restoreRate } =
            throttled ?? (await limits.throttle.take(contextValue.actor.id, 0));
          const throttle = { capacity, available, restoreRate };
          result.extensions = { ...result.extensions, cost: { requested, maximum: meter.maximum, throttle } };
          limits.noteOperation?.({
            kind: operation?.operation ?? 'none',
            code: codeOf(result.errors?.[0]),
            cost: requested,
          });
          if (!result.errors) return;
          const status = statusOf(result.errors, result.data !== null && result.data !== undefined);
          if (status !== null) response.http.status = status;
          if (status === 503) response.http.headers.set('retry-after', RETRY_AFTER_OVERLOAD);
        },
      };
    },
  };
}

/** The code of an error for the figures; "none" without one. */
export function codeOf(error: GraphQLFormattedError | undefined): string {
  const code = error?.extensions?.code;
  if (typeof code === 'string') return code;
  return error === undefined ? 'none' : 'UNKNOWN';
}

export function tooMany({ retryAfterSeconds }: ThrottleState): GraphQLError {
  return codedError('THROTTLED', pointsUsedUp(retryAfterSeconds), {
    retryAfterSeconds,
    http: { status: 429, headers: new HeaderMap([['retry-after', String(retryAfterSeconds)]]) },
  });
}
