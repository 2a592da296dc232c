/**
 * Markdown as harmless HTML. HTML in the source is plain text (`html: false`), links go to the web
 * or to a mailbox, pictures become their descriptions, and the only attributes are `href` and `rel`
 * of links, `align` of cells, `start` of lists and the `class` of what is styled.
 */
import markdownIt, {
  type MarkdownIt,
  type StateCore,
  type StateInline,
  type Token,
} from 'markdown-it';
import { LINE_BREAK } from './output.ts';

const LINK_PROTOCOLS = ['http:', 'https:', 'mailto:'];
/** Headings within a section rank below the section's own, which is an h2. */
const HEADING_SHIFT = 2;
const LOWEST_HEADING = 6;
/** Levels of blocks; the library drops the text of blocks that are nested deeper. */
const MAX_NESTING = 100;
/** Characters after `www.` that may belong to the address. */
const MAX_ADDRESS_LENGTH = 2_000;

const TASK = /^\[([ xX])\]\s+/;
const ALIGNMENT = /^text-align:(left|center|right)$/;

/** Blocks are nested more than 99 deep. */
export class MarkdownNestingError extends Error {
  constructor() {
    super(`Markdown may be nested at most ${MAX_NESTING - 1} deep.`);
    this.name = 'MarkdownNestingError';
  }
}

const MARKDOWN = newMarkdown();

/**
 * The HTML of a section's Markdown. Line breaks within an answer become `<br>`, also in code.
 * Throws a MarkdownNestingError, or a RangeError where pictures or the like are nested too deeply.
 */
export function htmlOf(markdown: string): string {
  return MARKDOWN.render(markdown);
}

/** Escapes a text for use between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

function newMarkdown(): MarkdownIt {
  const markdown = markdownIt({ html: false, linkify: true, maxNesting: MAX_NESTING });
  // An unsafe link loses its target here, and `narrowLinks` turns it into its text.
  markdown.validateLink = () => true;
  const encode = markdown.normalizeLink.bind(markdown);
  markdown.normalizeLink = (target) => safeTarget(encode(target)) ?? '';
  markdown.normalizeLinkText = (target) => target;
  for (const schema of ['ftp:', '//']) markdown.linkify.add(schema, null);
  markdown.linkify.add('www.', {
    validate: (text, position, { re }) =>
      addressLength(
        text.slice(position - 'www.'.length, position + MAX_ADDRESS_LENGTH),
        re.get_http_validator(),
      ),
    normalize: (match) => {
      match.url = `http://${match.text}`;
    },
  });
  markdown.inline.ruler.before('entity', 'line_break', readLineBreak);
  markdown.core.ruler.after('inline', 'narrow_blocks', narrowBlocks);
  markdown.core.ruler.push('narrow_links', narrowLinks);
  addRendererRules(markdown);
  return markdown;
}

function addRendererRules({ renderer, options }: MarkdownIt): void {
  const { rules } = renderer;
  rules['table_open'] = () => '<div class="table"><table>\n';
  rules['table_close'] = () => '</table></div>\n';
  rules['hardbreak'] = () => '<br>';
  rules['s_open'] = () => '<del>';
  rules['s_close'] = () => '</del>';
  rules['task_box'] = (tokens, index) =>
    `<span class="box">${tokens[index]?.content === ' ' ? '' : '✓'}</span> `;
  rules['image'] = (tokens, index) =>
    escapeHtml(renderer.renderInlineAsText(tokens[index]?.children ?? [], options, undefined));
  rules['code_inline'] = (tokens, index) => codeHtml(tokens[index]);
  rules['code_block'] = (tokens, index) => `<pre>${codeHtml(tokens[index])}</pre>\n`;
  rules['fence'] = rules['code_block'];
}

function codeHtml(token: Token | undefined): string {
  const lines = (token?.content ?? '').split(LINE_BREAK);
  return `<code>${lines.map(escapeHtml).join('<br>')}</code>`;
}

/** The normalized target; null unless it leads to the web or a mailbox. */
function safeTarget(target: string): string | null {
  const url = URL.parse(target);
  return url !== null && LINK_PROTOCOLS.includes(url.protocol) ? url.href : null;
}

/** How many characters after `www.` belong to the address at the start of the text, or 0. */
function addressLength(text: string, webAddress: RegExp): number {
  webAddress.lastIndex = 0;
  const [found] = webAddress.exec(`//${text}`) ?? [];
  return found === undefined ? 0 : found.length - '//www.'.length;
}

/** Reads a line break within an answer, which does not end a line of the Markdown. */
function readLineBreak(state: StateInline, silent: boolean): boolean {
  if (!state.src.startsWith(LINE_BREAK, state.pos)) return false;
  if (!silent) state.push('hardbreak', 'br', 0);
  state.pos += LINE_BREAK.length;
  return true;
}

function narrowBlocks(state: StateCore): void {
  for (const [index, token] of state.tokens.entries()) {
    if (token.nesting === 1 && token.level >= MAX_NESTING - 1) throw new MarkdownNestingError();
    if (token.type === 'heading_open' || token.type === 'heading_close')
      token.tag = shiftedHeading(token.tag);
    if (token.type === 'th_open' || token.type === 'td_open') token.attrs = alignmentOf(token);
    if (token.type === 'inline' && state.tokens[index - 2]?.type === 'list_item_open')
      token.children = withTaskBox(state, token.children ?? []);
  }
}

function shiftedHeading(tag: string): string {
  return `h${Math.min(Number(tag.slice(1)) + HEADING_SHIFT, LOWEST_HEADING)}`;
}

/** As an attribute: the library writes a style, which the page's policy forbids. */
function alignmentOf(cell: Token): [string, string][] | null {
  const alignment = ALIGNMENT.exec(String(cell.attrGet('style')))?.[1];
  return alignment === undefined ? null : [['align', alignment]];
}

/** The first paragraph of a list item: `[ ] ` or `[x] ` at its start becomes a box to tick. */
function withTaskBox(state: StateCore, paragraph: Token[]): Token[] {
  const [first, ...others] = paragraph;
  const task = first?.type === 'text' ? TASK.exec(first.content) : null;
  if (first === undefined || task === null) return paragraph;
  const box = new state.Token('task_box', 'span', 0);
  box.content = task[1] ?? ' ';
  first.content = first.content.slice(task[0].length);
  return [box, first, ...others];
}

function narrowLinks({ tokens }: StateCore): void {
  for (const token of tokens)
    if (token.children !== null) token.children = withSafeLinks(token.children);
}

/** Links with a target get `rel`; those without one become their text. Links never nest. */
function withSafeLinks(tokens: Token[]): Token[] {
  let isSafe = true;
  return tokens.filter((token) => {
    if (token.type === 'link_open') {
      const href = String(token.attrGet('href') ?? '');
      isSafe = href !== '';
      token.attrs = [
        ['href', href],
        ['rel', 'noopener noreferrer'],
      ];
      return isSafe;
    }
    return token.type !== 'link_close' || isSafe;
  });
}
