import {
  defaultFieldResolver,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { AccountResolver } from './account/account.resolver';
import { AccountChangesResolver } from './account/account-changes.resolver';
import { ApiTokenResolver } from './api-token/api-token.resolver';
import { BreakdownResolver } from './breakdown/breakdown.resolver';
import { CsmChangesResolver } from './csm/csm-changes.resolver';
import { CsmResolver, LeaveResolver } from './csm/csm.resolver';
import { toGlobalId } from './ids';
import { ArrMovementResolver } from './movement/movement.resolver';
import { NodeResolver } from './node.resolver';
import { PendingDowngradeResolver } from './pending-downgrade/pending-downgrade.resolver';
import { PoolMembershipResolver, PoolResolver } from './pool/pool.resolver';
import { AccountOwnersResolver } from './portfolio/account-owners.resolver';
import { AssignAccountsResolver } from './portfolio/assign-accounts.resolver';
import { PortfolioAssignmentResolver } from './portfolio/portfolio-assignment.resolver';
import {
  ACCOUNT_RELATIONS,
  ASSIGNMENT_RELATIONS,
  CSM_RELATIONS,
  HISTORY_RELATIONS,
  MOVEMENT_RELATIONS,
  PENDING_DOWNGRADE_RELATIONS,
  POOL_RELATIONS,
} from './relations';
import { RetentionResolver } from './retention/retention.resolver';
import { ScorecardResolver } from './scorecard/scorecard.resolver';
import { TierHistoryResolver } from './tier-history/tier-history.resolver';
import { TieringModelResolver } from './tiering-model/tiering-model.resolver';
import { ViewerResolver } from './viewer/viewer.resolver';

const RELATIONS: Readonly<Record<string, object>> = {
  Account: ACCOUNT_RELATIONS,
  ArrMovement: MOVEMENT_RELATIONS,
  Csm: CSM_RELATIONS,
  PendingDowngrade: PENDING_DOWNGRADE_RELATIONS,
  Pool: POOL_RELATIONS,
  PortfolioAssignment: ASSIGNMENT_RELATIONS,
  TierHistoryEntry: HISTORY_RELATIONS,
};

/** The executable schema. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      AccountResolver,
      AccountChangesResolver,
      ApiTokenResolver,
      AccountOwnersResolver,
      ArrMovementResolver,
      AssignAccountsResolver,
      BreakdownResolver,
      CsmChangesResolver,
      CsmResolver,
      LeaveResolver,
      NodeResolver,
      PendingDowngradeResolver,
      PoolMembershipResolver,
      PoolResolver,
      PortfolioAssignmentResolver,
      RetentionResolver,
      ScorecardResolver,
      TierHistoryResolver,
      TieringModelResolver,
      ViewerResolver,
    ],
    // Scalars and services check their own input; class-validator would do it again for each of 500 accounts.
    validate: false,
  });
  showGlobalIds(schema);
  resolveLoadedRelationsAtOnce(schema);
  return schema;
}

/** The schema as text, sorted, as `schema/schema.graphql` holds it. */
export function printSchemaText(): string {
  return `${printSchema(lexicographicSortSchema(createSchema()))}\n`;
}

/** Rows carry the database's keys; callers only ever see the opaque ids that are made of them. */
function showGlobalIds(schema: GraphQLSchema): void {
  const node = schema.getType('Node');
  // Rows are plain objects; whoever finds one says what it is. type-graphql would make this asynchronous.
  if (isInterfaceType(node)) node.resolveType = ({ __typename }: { __typename: string }) => __typename;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.getInterfaces().some((candidate) => candidate === node)) continue;
    const id = type.getFields().id;
    if (id) id.resolve = ({ id: key }: { id: string }) => toGlobalId(type.name, key);
  }
}

/** A relation that the list above it has loaded is a plain property, and needs no resolver to be waited for. */
function resolveLoadedRelationsAtOnce(schema: GraphQLSchema): void {
  for (const [typeName, relations] of Object.entries(RELATIONS)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) continue;
    for (const field of Object.keys(relations)) {
      const definition = type.getFields()[field];
      if (!definition)
        throw new Error(`${typeName} has a relation "${field}" that is no field of the schema`);
      const resolve = definition.resolve ?? defaultFieldResolver;
      definition.resolve = (source: Record<string, unknown>, args, context, info) =>
        field in source ? source[field] : resolve(source, args, context, info);
    }
  }
}
