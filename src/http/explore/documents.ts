/** The documentation of this checkout as pages, linked from GraphiQL: it can be read offline. */
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { PAGE_POLICY, page } from './page.ts';

const CHECKOUT = new URL('../../../', import.meta.url);

/** By their paths in the checkout, so that their links to each other work. */
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'docs/frontend.md',
  'docs/integrator.md',
  'docs/operator.md',
  'examples/react/README.md',
  'schema.graphql',
];

/** Adds /docs/PATH for each of them; where the file is not installed, it is not found. */
export function addDocuments(app: FastifyInstance): void {
  for (const path of DOCUMENTS)
    app.get(`/docs/${path}`, async (_request, reply) => {
      const text = await contentOf(path);
      if (text === null) return reply.callNotFound();
      if (!path.endsWith('.md')) return reply.type('text/plain; charset=utf-8').send(text);
      return reply
        .header('content-security-policy', PAGE_POLICY)
        .type('text/html; charset=utf-8')
        .send(page(`Sheaf: ${path}`, await htmlOf(text)));
    });
}

async function contentOf(path: string): Promise<string | null> {
  return readFile(new URL(path, CHECKOUT), 'utf8').catch(() => null);
}

/** Headings can be linked to, by their words, as on GitHub. */
async function htmlOf(markdown: string): Promise<string> {
  const { default: markdownIt } = await import('markdown-it');
  const renderer = markdownIt({ html: false, linkify: true });
  renderer.renderer.rules['heading_open'] = (tokens, at) => {
    const words = tokens[at + 1]?.content ?? '';
    const anchor = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-');
    return `<${tokens[at]?.tag ?? 'h2'} id="${anchor}">`;
  };
  return renderer.render(markdown);
}
