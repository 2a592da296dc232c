/** The schema: the list of the domains. A new domain adds its schema file here. */
import { lexicographicSortSchema } from 'graphql';
import '../schema-builder/scalars.ts';
import '../schema-builder/nodes.ts';
import { guardSchema } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import '../tenancy/schema.ts';
import '../contacts/schema.ts';
import '../work-packages/schema.ts';
import './system-schema.ts';

export const schema = guardSchema(lexicographicSortSchema(builder.toSchema()));
