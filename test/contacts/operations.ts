/** What the tests of contacts have in common: mutations by name, and objects made in one line. */
import pg from 'pg';
import type { GraphQLAnswer, TestUser } from '../support/server.ts';

const INPUT_TYPES = {
  createContact: 'CreateContactInput',
  updateContact: 'UpdateContactInput',
  deleteContact: 'DeleteInput',
  mergeContacts: 'MergeContactsInput',
  dismissDuplicates: 'DismissDuplicatesInput',
  logActivity: 'LogActivityInput',
  updateActivity: 'UpdateActivityInput',
  deleteActivity: 'DeleteInput',
  createOrganization: 'CreateOrganizationInput',
  updateOrganization: 'UpdateOrganizationInput',
  deleteOrganization: 'DeleteInput',
  mergeOrganizations: 'MergeOrganizationsInput',
  createWorkPackage: 'CreateWorkPackageInput',
} as const;
export type MutationName = keyof typeof INPUT_TYPES;

/** Runs a mutation as a user, and answers all of the answer. */
export function attempt(
  user: TestUser,
  name: MutationName,
  input: object,
  selection = '',
): Promise<GraphQLAnswer> {
  return user.run(
    `mutation ($input: ${INPUT_TYPES[name]}!) { ${name}(input: $input) { ${selection} userErrors { code field message } } }`,
    { input },
  );
}

/** Runs a mutation that has to succeed. */
export async function change(
  user: TestUser,
  name: MutationName,
  input: object,
  selection = '',
): Promise<any> {
  const { data, errors } = await attempt(user, name, input, selection);
  if (errors || data[name].userErrors.length > 0)
    throw new Error(`${name}: ${JSON.stringify([errors, data?.[name].userErrors])}`);
  return data[name];
}

/** What a mutation is refused for, each as 'CODE path.of.the.field'; without a refusal nothing. */
export async function refusals(
  user: TestUser,
  name: MutationName,
  input: object,
): Promise<string[]> {
  const { data, errors } = await attempt(user, name, input);
  if (errors) throw new Error(`${name}: ${JSON.stringify(errors)}`);
  return data[name].userErrors.map(
    (error: { code: string; field: string[] }) => `${error.code} ${error.field.join('.')}`,
  );
}

/** Answers the data of a query; fails when there are errors. */
export async function read(user: TestUser, query: string, variables?: object): Promise<any> {
  const { data, errors } = await user.run(query, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Makes a contact and answers its id. */
export async function createContact(user: TestUser, input: object = {}): Promise<string> {
  return (await change(user, 'createContact', { name: 'Ann Lee', ...input }, 'contact { id }'))
    .contact.id;
}

/** Makes an organization and answers its id. */
export async function createOrganization(
  user: TestUser,
  name: string,
  input: object = {},
): Promise<string> {
  return (await change(user, 'createOrganization', { name, ...input }, 'organization { id }'))
    .organization.id;
}

export async function logActivity(
  user: TestUser,
  contactId: string,
  type: string,
  occurredAt?: Date,
): Promise<void> {
  await change(user, 'logActivity', { contactId, type, subject: 'x', occurredAt });
}

export const DAY = 86_400_000;
export const daysAgo = (days: number) => new Date(Date.now() - days * DAY);

/** The uuid in a global id. */
export function uuidOf(id: string): string {
  return Buffer.from(id, 'base64').toString().split(':')[1] ?? '';
}

/** Runs SQL on a server's database, beside the application. */
export async function sql<Row extends object>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
