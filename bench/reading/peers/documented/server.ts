/**
 * The stack by its documentation (builder.ts says what that is), served by Apollo Server in its
 * Fastify integration; Prisma's client has its adapter for pg. The packages are the server's own.
 */
import { registerHooks } from 'node:module';
import { ApolloServer } from '@apollo/server';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import { PrismaPg } from '@prisma/adapter-pg';
import fastify from 'fastify';
import { readSettings } from '../settings.ts';
import { builder, type Context } from './builder.ts';
import './contacts.ts';
import './work-packages.ts';

// Sheaf's generated client has the small query compiler; by default Prisma generates the fast one.
registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context);
    if (!url.endsWith('/generated/prisma/internal/class.ts')) return loaded;
    const source = String(loaded.source).replaceAll(
      'query_compiler_small_bg',
      'query_compiler_fast_bg',
    );
    return { ...loaded, source };
  },
});
const { PrismaClient } = await import('../../../../generated/prisma/client.ts');

const { databaseUrl, poolSize, tenantId, port } = readSettings();
const adapter = new PrismaPg({ connectionString: databaseUrl, max: poolSize });
const prisma = new PrismaClient({ adapter });

const server = fastify({ logger: false });
const apollo = new ApolloServer<Context>({
  schema: builder.toSchema(),
  plugins: [fastifyApolloDrainPlugin(server)],
});
await apollo.start();
await server.register(fastifyApollo(apollo), { context: async () => ({ prisma, tenantId }) });
await server.listen({ port, host: '127.0.0.1' });
