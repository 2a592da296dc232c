/** The schema: the list of the domains. A new domain adds its schema file here. */
import { GraphQLSchema, isEnumType, lexicographicSortSchema } from 'graphql';
import '../schema-builder/scalars.ts';
import '../schema-builder/nodes.ts';
import { guardSchema } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { limitInputs } from '../schema-builder/input-limits.ts';
import '../tenancy/schema.ts';
import '../notifications/schema.ts';
import '../contacts/schema.ts';
import '../crm/schema.ts';
import '../work-packages/schema.ts';
import '../campaigns/schema.ts';
import '../intake/schema.ts';
import '../workflows/schema.ts';
import { liveDirective } from './live-directive.ts';
import './changes-schema.ts';
import './system-schema.ts';

/** One schema in two executable forms. */
export interface Schemas {
  /** As owners and members execute it. */
  members: GraphQLSchema;
  /** With checks on the fields that are closed to portal users. */
  clients: GraphQLSchema;
}

/** The schema in both forms, with the maxima of inputs checked and its types sorted by name. */
export const schemas: Schemas = {
  members: guardSchema(limitInputs(built()), { types: false }),
  clients: guardSchema(limitInputs(built()), { types: true }),
};

function built(): GraphQLSchema {
  const sorted = lexicographicSortSchema(builder.toSchema());
  checkEnums(sorted);
  const config = sorted.toConfig();
  return new GraphQLSchema({ ...config, directives: [...config.directives, liveDirective] });
}

/** Compiled queries write enum values as resolvers return them, so these are the schema's names. */
function checkEnums(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isEnumType)) {
    const other = type.getValues().find(({ name, value }) => name !== value);
    if (other)
      throw new Error(
        `Expected the values of enum ${type.name} to be their names, found ${other.name} with another value`,
      );
  }
}

/** The schema that is printed; both forms have the same types. */
export const schema = schemas.members;
