/**
 * Who may import whom. The list is the map of the project: a layer imports only from those above
 * it. A new domain stands below everything that it needs and above everything that needs it.
 */
import { ROOMS } from './.rooms.mjs';

const LAYERS = [
  'platform',
  'schema-builder',
  'tenancy',
  'notifications',
  'contacts',
  'crm',
  'work-packages',
  'campaigns',
  'intake',
  'workflows',
  'graphql',
  'worker',
  'http',
  'project.ts',
  'app.ts',
  'demo',
  'sandbox',
  'cli',
  'processes.ts',
  'main.ts',
];

/** The layers that are business domains: entered by their public files only. */
const DOMAINS = LAYERS.slice(LAYERS.indexOf('tenancy'), LAYERS.indexOf('graphql'));

/** What other layers may import of a domain, at its top. */
const PUBLIC_FILES = '(index|schema|[^/]+-schema|loaders|jobs|topics)[.]ts$';
/** The one file of a room that another layer imports: HTTP takes the events that WhatsApp sends. */
const WEBHOOK = '^src/campaigns/ingest/webhook[.]ts$';
/** The files that describe the API; mutations that would make a schema file too long stand in a file of their own. */
const SCHEMA_FILES = '/(schema|mutations|subscriptions|[^/]+-(schema|mutations))[.]ts$';
/** What builds rows or tokens below the API: demo data, commands, and the process itself. */
const INSIDERS = '^src/(demo|cli|processes[.]ts)';

const pathOf = (layer) =>
  layer.endsWith('.ts') ? `^src/${layer.replace('.', '[.]')}$` : `^src/${layer}/`;
const inDomains = `^src/(${DOMAINS.join('|')})/`;

/** `worker` and `http` are two ways in, side by side. */
const orderRules = LAYERS.map((layer, index) => ({
  name: `order-${layer}`,
  severity: 'error',
  comment: `${layer} stands above these layers (see LAYERS in .dependency-cruiser.mjs): they may import it, not the other way round.`,
  from: { path: pathOf(layer) },
  to: { path: [...LAYERS.slice(index + 1), ...(layer === 'http' ? ['worker'] : [])].map(pathOf) },
})).filter((rule) => rule.to.path.length > 0);

const roomRules = Object.entries(ROOMS).map(([room, files]) => ({
  name: `room-${room.replaceAll('/', '-')}`,
  severity: 'error',
  comment: `Only the public files of ${room} are imported from outside it (see .rooms.mjs).`,
  from: { path: '^src/', pathNot: [`^src/${room}/`, INSIDERS] },
  to: { path: `^src/${room}/[^/]+$`, pathNot: `^src/${room}/(${files.join('|')})[.]ts$` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...orderRules,
    {
      name: 'every-layer-listed',
      severity: 'error',
      comment: 'A new folder of src takes its place in LAYERS of .dependency-cruiser.mjs.',
      from: { path: '^src/', pathNot: [...LAYERS.map(pathOf), '^generated/'] },
      to: {},
    },
    {
      name: 'platform-imports-nobody',
      severity: 'error',
      comment: 'The platform knows no domain; what Prisma generates is its own.',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: '^src/(platform|generated)/' },
    },
    {
      name: 'public-files-only',
      severity: 'error',
      comment:
        'A domain is entered by index.ts, its schema files, loaders.ts, jobs.ts and topics.ts: export there what others need.',
      from: { path: '^src/([^/]+)', pathNot: INSIDERS },
      to: { path: inDomains, pathNot: ['^src/$1/', `${inDomains}${PUBLIC_FILES}`, WEBHOOK] },
    },
    ...roomRules,
    {
      name: 'builder-in-schema-files-only',
      severity: 'error',
      comment:
        'Rules are plain functions: what describes the API stands in a schema, mutations or subscriptions file.',
      from: { path: '^src/', pathNot: ['^src/schema-builder/', SCHEMA_FILES] },
      to: { path: '^src/schema-builder/builder[.]ts$' },
    },
    {
      name: 'rules-without-graphql',
      severity: 'error',
      comment:
        'Business rules do not know GraphQL: only schema, mutations, subscriptions and loaders files do.',
      from: { path: inDomains, pathNot: [SCHEMA_FILES, '/loaders[.]ts$'] },
      to: { path: 'node_modules/(graphql|@pothos/[^/]+|dataloader)/' },
    },
    {
      name: 'pg-in-database-only',
      severity: 'error',
      comment:
        'Domains reach PostgreSQL through a TenantDatabase, which fills in the tenant. The embedded server makes its own users before there is a pool, and demo data is one transaction over all tables.',
      from: { path: '^src/', pathNot: '^src/(platform/(database|embedded-postgres)|demo)/' },
      to: { path: 'node_modules/(@types/)?pg/' },
    },
    {
      name: 'engine-access-for-jobs-only',
      severity: 'error',
      comment:
        'It runs statements around the tenant, which only the job engine may, on tables of its own.',
      from: { path: '^src/', pathNot: '^src/platform/(database|jobs)/' },
      to: { path: '^src/platform/database/engine-access[.]ts$' },
    },
    {
      name: 'across-tenants-in-one-place',
      severity: 'error',
      comment:
        'Prisma’s client reads the rows of every tenant. What is looked up across tenants is a function of tenancy/across-tenants.ts, whose head says why the other files may; all else uses Database.forTenant.',
      from: {
        path: '^src/',
        pathNot:
          '^src/(platform/database/|tenancy/(across-tenants|persons|tenants)[.]ts|schema-builder/builder[.]ts)',
      },
      to: { path: '^src/platform/database/prisma-access[.]ts$' },
    },
    {
      name: 'prisma-client-in-database-only',
      severity: 'error',
      comment:
        'Nobody makes a Prisma client of his own: it would have connections that are neither limited nor counted.',
      from: { path: '^src/', pathNot: '^src/(platform/database|schema-builder|generated)/' },
      to: { path: ['^generated/prisma/', 'node_modules/@prisma/'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Modules that need each other are one module, or lack a third.',
      from: { pathNot: '^generated/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Wire it in or remove it. (The script that is excepted runs in the browser.)',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: ['^generated/', '^src/http/explore/start[.]js$'],
      },
      to: {},
    },
    {
      name: 'src-stands-alone',
      severity: 'error',
      comment: 'What runs in production lies in src.',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts|examples)/' },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      comment: 'npm ci --omit=dev leaves devDependencies out: move the package to dependencies.',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      comment: 'A package that is used is listed in package.json.',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
