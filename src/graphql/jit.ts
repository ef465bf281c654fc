import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { ErrorMask, RequestIdentity } from './operation-plugin';

export function jitPlugin<C extends RequestIdentity>(
  _schema: GraphQLSchema,
  _mask: ErrorMask,
): ApolloServerPlugin<C> {
  return {};
}
