import type { FastifyReply, FastifyRequest } from 'fastify';
import { OperationTypeNode } from 'graphql';
import { WorkScope } from '../persistence/work-scope';

export const DEFAULT_TIME_LIMIT_MS = 30_000;
/** What works through the whole book may take so many times as long as everything else. */
export const LONG_WORK_FACTOR = 10;

/** The time of every request, from its head to its answer. It also ends when the caller goes away. */
export class RequestBounds {
  private readonly scopes = new WeakMap<object, WorkScope>();

  /** @param timeLimit milliseconds */
  constructor(private readonly timeLimit = DEFAULT_TIME_LIMIT_MS) {}

  begin(request: FastifyRequest, reply: FastifyReply): WorkScope {
    const scope = new WorkScope(this.timeLimit);
    this.scopes.set(request, scope);
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) scope.callerLeft();
      scope.close();
    });
    return scope;
  }

  /** The scope of a request, or of what its resolvers get. */
  of(requestOrContext: object): WorkScope | undefined {
    return this.scopes.get(requestOrContext);
  }

  /** Notes that the context is that of the scope's request. */
  share(scope: WorkScope, context: object): void {
    this.scopes.set(context, scope);
  }

  /** A change is carried through where its caller goes away, and long work gets a longer time. */
  readonly noteStart = (context: object, operation: OperationTypeNode, takesLong: boolean): void => {
    const scope = this.scopes.get(context);
    if (operation === OperationTypeNode.MUTATION) scope?.finishWithoutCaller();
    if (takesLong) scope?.allow(this.timeLimit * LONG_WORK_FACTOR);
  };
}
