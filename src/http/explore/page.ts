/** The form of the plain pages: no script, nothing from elsewhere. */

/** Their content-security-policy. */
export const PAGE_POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE = `
  :root { color-scheme: light dark }
  body { font: 16px/1.55 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
  pre { overflow-x: auto; padding: .75rem; background: #8882; border-radius: 6px }
  code { font-size: .9em }
  table { border-collapse: collapse; display: block; overflow-x: auto }
  th, td { border: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top }
`;

/** A whole page; `body` is HTML, and neither it nor the title comes from a request. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="data:,">
    <title>${title}</title>
    <style>${STYLE}</style>
  </head>
  <body>
${body}
  </body>
</html>
`;
}

/** The media types of /graphql, which a client may prefer to the page. */
const OTHERS = ['application/json', 'application/graphql-response+json', 'text/event-stream'];

/**
 * Whether an Accept header prefers text/html, as those of browsers do: it names it, and nothing else
 * that the server has with a higher quality, or before it with the same.
 */
export function prefersPage(accept: string | undefined): boolean {
  if (!accept?.includes('text/html')) return false;
  const ranges = accept.split(',').map((range, order) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { name, order, quality: quality === undefined ? 1 : Number(quality) };
  });
  const html = ranges.find(({ name }) => name === 'text/html');
  if (!html || !(html.quality > 0)) return false;
  return ranges.every(
    ({ name, order, quality }) =>
      !OTHERS.includes(name) ||
      quality < html.quality ||
      (quality === html.quality && order > html.order),
  );
}
