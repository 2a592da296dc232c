/**
 * Clients: the people and companies that fill in an intake, from which their packets are generated.
 * A client may stand for a contact, whose portal user can then fill in the intake and sees no other
 * client.
 */
import { type RawBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { ClientType } from '../../../generated/kysely.ts';
import { anyOf, oneOf } from '../../platform/database/arrays.ts';
import { whereGiven } from '../../platform/database/filters.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { matchesSearch } from '../../platform/database/search.ts';
import { violates } from '../../platform/database/sql-errors.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { type Given, idOf, name, parseSearch } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { searchText } from '../../platform/text.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { searchFilter } from '../../schema-builder/weights.ts';
import { CLIENT_COLUMNS, type ClientColumn, type ClientRow } from './rows.ts';

/**
 * A condition on client: whether the portal user with this contact may see the row. Null stands for
 * owners and members, who see every client.
 */
export function clientVisibleTo(contactId: string | null): RawBuilder<boolean> {
  const column = sql.ref('client.contactId');
  return sql<boolean>`(${contactId}::uuid is null or ${column} = ${contactId}::uuid)`;
}

/** Reads clients by id; with a `portalContactId`, only the client of that contact. */
export const clientsById = prepare((p: { ids: string[]; portalContactId: string | null }) =>
  query
    .selectFrom('client')
    .select(CLIENT_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where(clientVisibleTo(p.portalContactId)),
);

/** Which clients a list shows. */
export const ClientFilter = z
  .object({
    clientType: z
      .array(z.enum(ClientType))
      .nullish()
      .describe('Clients of one of these types; an empty list finds none.'),
    intakeCompleted: z
      .boolean()
      .nullish()
      .describe('True: clients whose intake is submitted; false: those whose intake is not.'),
    search: searchFilter().describe(
      'Clients with words in their name that begin with the words of this text; accents and case do not matter.',
    ),
  })
  .describe('Which clients to list. What is left out or null does not restrict the list.');

/** Without a filter, all clients that the viewer may see. */
export interface ClientListArguments extends PageArguments {
  filter?: Given<typeof ClientFilter> | null;
  /** The only columns that the caller reads; must include `id` and `createdAt`. */
  columns: readonly ClientColumn[];
}

/**
 * A page of the clients that the viewer may see, newest first. `count` runs a statement of its own,
 * when it is called.
 */
export async function listClients(platform: Platform, viewer: Viewer, args: ClientListArguments) {
  const page = parsePage(args, NEWEST_FIRST);
  const { clientType, intakeCompleted } = args.filter ?? {};
  const search = parseSearch('filter.search', args.filter?.search);
  const database = platform.database.forTenant(viewer);
  const matching = query
    .selectFrom('client')
    .$if(viewer.contactId !== null, (clients) =>
      clients.where('client.contactId', '=', viewer.contactId),
    )
    .$call(whereGiven(clientType, (types) => oneOf('client.clientType', types)))
    .$call(
      whereGiven(intakeCompleted, (completed, eb) =>
        eb('client.intakeCompletedAt', completed ? 'is not' : 'is', null),
      ),
    )
    .$call(whereGiven(search, (text) => matchesSearch('client', text)));
  const rows = await database.run(
    applyPage(matching.select(args.columns), 'client', page).$castTo<ClientRow>(),
  );
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}

/** A new client; its type cannot be changed later. */
export const CreateClient = z
  .object({
    name: name().describe('The name of the client, in lists and on the pages of its packets.'),
    clientType: z
      .enum(ClientType)
      .describe('The kind of client, which decides its intake path. It cannot be changed later.'),
    contactId: idOf('Contact')
      .nullish()
      .describe(
        'The contact who the client is. Its portal user can then fill in the intake and see the packets. A contact has at most one client (TAKEN).',
      ),
  })
  .describe('A new client, whose intake is empty.');

/**
 * Creates a client. Throws TAKEN if the contact already has one, NOT_FOUND for an unknown contact.
 */
export async function createClient(
  platform: Platform,
  viewer: Viewer,
  client: z.output<typeof CreateClient>,
) {
  const row = { ...client, id: uuidv7(), searchText: searchText(client.name) };
  try {
    const [created] = await platform.database
      .forTenant(viewer)
      .run(query.insertInto('client').values(row).returning(CLIENT_COLUMNS));
    return { client: created };
  } catch (error) {
    if (violates(error, 'client_tenantId_contactId_key'))
      throw userError('TAKEN', ['contactId'], 'This contact already has a client.');
    if (violates(error, 'client_tenantId_contactId_fkey')) throw notFound(['contactId']);
    throw error;
  }
}
