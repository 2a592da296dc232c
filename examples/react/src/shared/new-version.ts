/** What the server has of the app: the same build as runs here, another one, or no answer. */
export async function servedVersion(): Promise<'same' | 'other' | 'none'> {
  const entry = document.querySelector('script[type="module"][src]')?.getAttribute('src');
  const html = await fetch(import.meta.env.BASE_URL, { cache: 'no-store' })
    .then((response) => (response.ok ? response.text() : null))
    .catch(() => null);
  if (html === null) return 'none';
  return entry && html.includes(entry) ? 'same' : 'other';
}
