/**
 * Markdown as HTML that can do nothing: HTML in it is shown as text, links go to the web or to a mailbox, pictures are
 * their descriptions.
 */
import { Marked, type Tokens } from 'marked';

const LINK_PROTOCOLS = ['http:', 'https:', 'mailto:'];
/** Headings within a section stand below the section's own, which is an h2. */
const HEADING_SHIFT = 2;

const MARKED = new Marked({
  gfm: true,
  async: false,
  renderer: {
    html({ text, block }: Tokens.HTML | Tokens.Tag) {
      return block ? `<p>${escapeHtml(text.trim())}</p>\n` : escapeHtml(text);
    },
    heading({ tokens, depth }) {
      const level = Math.min(depth + HEADING_SHIFT, 6);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      const target = safeTarget(href);
      return target === null ? text : `<a href="${escapeHtml(target)}" rel="noopener noreferrer">${text}</a>`;
    },
    image({ text }) {
      return escapeHtml(text);
    },
    checkbox({ checked }) {
      return `<span class="box">${checked ? '✓' : ''}</span> `;
    },
  },
});

/** Stands for a new line within an answer (output.ts) while Markdown is read: a character without a meaning. */
const LINE_MARK = '\uE00A';

export function htmlOf(markdown: string): string {
  return (
    String(MARKED.parse(markdown.replaceAll('&#10;', LINE_MARK)))
      .replaceAll(LINE_MARK, '<br>')
      // What is wider than a phone scrolls by itself. Text can't hold a tag any more.
      .replaceAll('<table>', '<div class="table"><table>')
      .replaceAll('</table>', '</table></div>')
  );
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

function safeTarget(href: string): string | null {
  const url = URL.parse(href);
  return url !== null && LINK_PROTOCOLS.includes(url.protocol) ? url.href : null;
}
