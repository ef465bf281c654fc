import {
  buildASTSchema,
  buildSchema,
  type ConstDirectiveNode,
  DangerousChangeType,
  type DocumentNode,
  findBreakingChanges,
  findDangerousChanges,
  getDirectiveValues,
  getNamedType,
  GraphQLDeprecatedDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isTypeDefinitionNode,
  isUnionType,
  Kind,
  parse,
  visit,
} from 'graphql';
import { addMonths, type CalendarDate, parseDate } from '../../src/domain/calendar';

/** Months between the day on which something is deprecated and the first day on which it may be gone. */
export const MONTHS_OF_NOTICE = 6;
const DATES = /\bsince (\d{4}-\d{2}-\d{2})\b.*\bremoved on (\d{4}-\d{2}-\d{2})\b/s;

/**
 * What the present schema breaks of what the last release promised, a line for each; empty where its clients go on
 * working. What the release had deprecated may go, or change, once its day has come. What is added breaks nothing,
 * which holds for enum values and optional arguments as well; another default does, since nobody would notice it.
 *
 * @param today the day by which a removal may have come
 */
export function brokenPromises(released: string, current: string, today: string): string[] {
  const promised = stillPromised(released, today);
  const present = buildSchema(current);
  const defaults = findDangerousChanges(promised, present).filter(
    ({ type }) => type === DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
  );
  return [
    ...[...findBreakingChanges(promised, present), ...defaults].map(({ description }) => description),
    ...changedInputDefaults(promised, present),
  ];
}

/** What is wrong about the deprecations of the present schema, a line for each. */
export function deprecationFaults(released: string, current: string): string[] {
  const before = new Map(deprecationsOf(buildSchema(released)));
  return deprecationsOf(buildSchema(current)).flatMap(([coordinate, reason]) => {
    const dates = datesOf(reason);
    if (dates === null) {
      return `${coordinate}: its reason must say since when and when it goes, as in "Use x instead. Deprecated since 2026-01-31, to be removed on 2026-07-31."`;
    }
    if (dates.removed < addMonths(dates.since, MONTHS_OF_NOTICE)) {
      return `${coordinate}: it goes less than ${MONTHS_OF_NOTICE} months after it was deprecated`;
    }
    const announced = datesOf(before.get(coordinate) ?? '')?.removed;
    return announced !== undefined && dates.removed < announced
      ? `${coordinate}: it goes earlier than on ${announced}, which the last release announced`
      : [];
  });
}

/** The released schema without what it deprecated until today at the latest, and without types that go with that. */
function stillPromised(released: string, today: string): GraphQLSchema {
  const document = parse(released, { noLocation: true });
  const dropDue = (node: { readonly directives?: readonly ConstDirectiveNode[] }): null | undefined => {
    const reason = getDirectiveValues(GraphQLDeprecatedDirective, node)?.reason;
    const removed = typeof reason === 'string' ? datesOf(reason)?.removed : undefined;
    return removed !== undefined && removed <= today ? null : undefined;
  };
  const kept = visit(document, {
    FieldDefinition: dropDue,
    InputValueDefinition: dropDue,
    EnumValueDefinition: dropDue,
  });
  const reachable = typesWithin(schemaOf(kept));
  const gone = [...typesWithin(schemaOf(document))].filter((name) => !reachable.has(name));
  return schemaOf({
    kind: Kind.DOCUMENT,
    definitions: kept.definitions.filter(
      (node) => !isTypeDefinitionNode(node) || !gone.includes(node.name.value),
    ),
  });
}

function schemaOf(document: DocumentNode): GraphQLSchema {
  return buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
}

/** The names of the types that can be met in an operation. */
function typesWithin(schema: GraphQLSchema): ReadonlySet<string> {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const met = new Set<GraphQLNamedType>();
  const meet = (type: GraphQLNamedType | null | undefined): void => {
    if (!type || met.has(type)) return;
    met.add(type);
    if (isUnionType(type)) type.getTypes().forEach(meet);
    if (isInterfaceType(type)) {
      const { interfaces, objects } = schema.getImplementations(type);
      [...interfaces, ...objects].forEach(meet);
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) meet(getNamedType(field.type));
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      type.getInterfaces().forEach(meet);
      for (const field of Object.values(type.getFields())) {
        meet(getNamedType(field.type));
        for (const argument of field.args) meet(getNamedType(argument.type));
      }
    }
  };
  roots.forEach(meet);
  return new Set([...met].map(({ name }) => name));
}

// graphql-js looks at the defaults of arguments alone.
function changedInputDefaults(promised: GraphQLSchema, present: GraphQLSchema): string[] {
  return Object.values(promised.getTypeMap()).flatMap((type) => {
    const now = present.getType(type.name);
    if (!isInputObjectType(type) || !isInputObjectType(now)) return [];
    return Object.values(type.getFields()).flatMap(({ name, defaultValue }) => {
      const field = now.getFields()[name];
      const isSame = !field || JSON.stringify(field.defaultValue) === JSON.stringify(defaultValue);
      return isSame ? [] : [`${type.name}.${name} has another default value.`];
    });
  });
}

interface Dates {
  readonly since: CalendarDate;
  readonly removed: CalendarDate;
}

function datesOf(reason: string): Dates | null {
  const [, since, removed] = DATES.exec(reason) ?? [];
  if (since === undefined || removed === undefined) return null;
  try {
    return { since: parseDate(since), removed: parseDate(removed) };
  } catch {
    return null;
  }
}

/** Everything that is deprecated: "Account.moves(first:)", and the reason. */
function deprecationsOf(schema: GraphQLSchema): [coordinate: string, reason: string][] {
  const found: [string, string][] = [];
  const note = (coordinate: string, reason: string | null | undefined): void => {
    if (reason !== null && reason !== undefined) found.push([coordinate, reason]);
  };
  for (const type of Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))) {
    if (isEnumType(type)) {
      for (const value of type.getValues()) note(`${type.name}.${value.name}`, value.deprecationReason);
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        note(`${type.name}.${field.name}`, field.deprecationReason);
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        note(`${type.name}.${field.name}`, field.deprecationReason);
        for (const argument of field.args)
          note(`${type.name}.${field.name}(${argument.name}:)`, argument.deprecationReason);
      }
    }
  }
  return found;
}
