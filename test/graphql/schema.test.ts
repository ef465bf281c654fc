import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GraphQLNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { createSchema, printSchemaText } from '../../src/graphql/schema';
import { brokenPromises, deprecationFaults } from '../support/schema-promise';

const folder = join(__dirname, '..', '..', 'schema');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

describe('the schema', () => {
  const schema = createSchema();
  const own = (type: GraphQLNamedType): boolean => !type.name.startsWith('__');

  test('stands in schema/schema.graphql as it is (npm run schema writes it)', () => {
    expect(printSchemaText()).toBe(read('schema.graphql'));
  });

  // README, "What the schema promises". Days that pass only ever allow more.
  test('breaks nothing that the last release promised', () => {
    const today = new Date().toISOString().slice(0, 10);
    expect(brokenPromises(read('released.graphql'), printSchemaText(), today)).toEqual([]);
  });

  test('says of everything that is deprecated when it goes, at least 6 months ahead', () => {
    expect(deprecationFaults(read('released.graphql'), printSchemaText())).toEqual([]);
  });

  test('describes every type, field, argument and input', () => {
    const bare: string[] = [];
    const need = (path: string, description: string | null | undefined): void => {
      if (!description) bare.push(path);
    };
    for (const type of Object.values(schema.getTypeMap()).filter(own)) {
      const isRoot = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].some(
        (root) => root === type,
      );
      const builtIn = ['Boolean', 'Float', 'ID', 'Int', 'String'].includes(type.name);
      if (!isRoot && !builtIn) need(type.name, type.description);
      if (isEnumType(type) || builtIn) continue;
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          need(`${type.name}.${field.name}`, field.description);
          for (const arg of field.args) need(`${type.name}.${field.name}(${arg.name})`, arg.description);
        }
      }
      if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields()))
          need(`${type.name}.${field.name}`, field.description);
      }
    }
    expect(bare).toEqual([]);
  });

  test('has the entry points that scripts outside this repository call', () => {
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).sort()).toEqual(
      [
        'account',
        'accounts',
        'apiTokens',
        'assignmentPlan',
        'auditEntries',
        'breakdown',
        'capacity',
        'csm',
        'csms',
        'customerView',
        'dailyRuns',
        'digitalProgramCoverage',
        'interventions',
        'moveMessage',
        'economics',
        'dueTouches',
        'engagementDelivery',
        'events',
        'node',
        'nodes',
        'overrideDrift',
        'overrides',
        'pendingDowngrades',
        'placementPreview',
        'pools',
        'renewalNotices',
        'retention',
        'reviewQueue',
        'segment',
        'segmentChanges',
        'segments',
        'serviceAdjustments',
        'simulateTieringModel',
        'tierMoves',
        'tieringHealth',
        'tieringModel',
        'tieringModels',
        'viewer',
        'webhookDeliveries',
        'webhookEndpoints',
      ].sort(),
    );
    expect(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort()).toEqual([
      'acceptServiceAdjustment',
      'applyAssignmentPlan',
      'assignAccounts',
      'calibrateTieringModel',
      'cancelLeave',
      'completeIntervention',
      'completeInterventions',
      'completeTierReviews',
      'createApiToken',
      'createSegment',
      'createTieringModelDraft',
      'createWebhookEndpoint',
      'decideOverride',
      'deleteSegment',
      'deleteWebhookEndpoint',
      'designateStrategic',
      'dismissServiceAdjustment',
      'endDesignation',
      'endEmployment',
      'endServiceAdjustment',
      'logTouch',
      'logTouches',
      'overrideTier',
      'overrideTiers',
      'publishTieringModel',
      'replayWebhookDeliveries',
      'retireTieringModel',
      'revokeApiToken',
      'revokeOverride',
      'rotateWebhookSecret',
      'setDigitalPrograms',
      'setLeave',
      'setSegmentGoals',
      'setServiceAdjustment',
      'testWebhookEndpoint',
      'undoTouch',
      'updateSegment',
      'updateTieringModelDraft',
      'updateWebhookEndpoint',
      'upsertAccounts',
      'upsertCsms',
      'upsertPools',
      'withdrawOverride',
    ]);
    expect(Object.keys(schema.getSubscriptionType()?.getFields() ?? {})).toEqual(['events']);
  });
});
