/** What is at `/`: what this server is, and where everything else is. */
import type { FastifyInstance } from 'fastify';
import { PAGE_POLICY, page, prefersPage } from './page.ts';

/** Adds `/`: a page for browsers, the same addresses as JSON for programs. */
export function addFrontPage(
  app: FastifyInstance,
  { version, api, graphiql }: { version: string; api: boolean; graphiql: boolean },
): void {
  const explored = api && graphiql;
  const addresses = {
    ...(api ? { graphql: '/graphql' } : {}),
    ...(explored ? { documentation: '/docs/README.md' } : {}),
    health: '/healthz',
    readiness: '/readyz',
  };
  const html = page('Sheaf', frontPage(api, explored));
  app.get('/', async ({ headers }, reply) =>
    prefersPage(headers.accept)
      ? reply
          .header('content-security-policy', PAGE_POLICY)
          .type('text/html; charset=utf-8')
          .send(html)
      : reply.send({ name: 'Sheaf', version, ...addresses }),
  );
}

function frontPage(api: boolean, explored: boolean): string {
  const links = [
    ...(explored
      ? [
          '<a href="/graphql">GraphiQL</a>: try queries, changes and subscriptions in the browser',
          '<a href="/docs/README.md">First steps</a>, and the guides for <a href="/docs/docs/frontend.md">frontend developers</a>, <a href="/docs/docs/integrator.md">integrators</a> and <a href="/docs/docs/operator.md">operators</a>',
          '<a href="/docs/schema.graphql">The schema</a>, with a description of every field',
          '<a href="/app/">The example app</a>, once <code>npm run app</code> has built it: a React app to <a href="/docs/examples/react/README.md">copy from</a>',
        ]
      : api
        ? ['GraphQL is at <code>/graphql</code>']
        : []),
    'Health: <a href="/healthz">/healthz</a> (is it up?) and <a href="/readyz">/readyz</a> (can it serve?)',
  ];
  return `<h1>Sheaf</h1>
<p>${api ? 'A GraphQL API server for agencies: work packages, contacts, campaigns, intake and workflows.' : 'A worker of Sheaf: it runs background jobs and serves no API.'}</p>
<ul>
${links.map((link) => `<li>${link}</li>`).join('\n')}
</ul>`;
}
