/**
 * Templates and answers that try to get markup, scripts or links of their own into a packet's page.
 * Pages are made by the real renderer, and read back by an HTML parser: whatever was written, there
 * are the page's own elements and nothing else.
 */
import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { afterAll, describe, expect, test } from 'vitest';
import { computeValues } from '../../src/intake/computed/index.ts';
import { createRenderer, type RenderScope } from '../../src/intake/rendering/index.ts';

const DAY = '2026-11-22';

const renderer = createRenderer({ threads: 1 });
afterAll(() => renderer.close());

interface Written {
  body: string;
  heading?: string;
  title?: string;
  name?: string;
  answer?: string;
}

/** The page of a packet whose three sections are all written so. */
async function pageOf({
  body,
  heading = 'Heading',
  title = 'Plan',
  name = 'Ann',
  answer = '',
}: Written): Promise<string> {
  const answers = { a: answer, list: [answer, answer] };
  const scope: RenderScope = {
    client: { name, clientType: 'INDIVIDUAL' },
    answers,
    computed: computeValues({}, DAY),
  };
  const sections = await renderer.renderSections({
    sections: Array.from({ length: 3 }, () => ({ heading, body })),
    scope,
  });
  return renderer.renderPage({
    title,
    clientName: name,
    packetType: 'WELCOME',
    clientType: 'INDIVIDUAL',
    date: DAY,
    sections,
  });
}

/**
 * What a packet may contain: elements by their attributes, each with the values that it may have.
 */
const WEB_OR_MAILBOX = /^(https?:\/\/[^\s"<>]+|mailto:[^\s"<>]*)$/;
const ALLOWED: Record<string, Record<string, RegExp>> = {
  ...Object.fromEntries(
    [
      'head',
      'title',
      'header',
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'main',
      'footer',
      'strong',
      'em',
      'del',
      'code',
      'pre',
    ].map((tag) => [tag, {}]),
  ),
  ...Object.fromEntries(
    ['ul', 'li', 'blockquote', 'table', 'thead', 'tbody', 'tr', 'br', 'hr', 'style'].map((tag) => [
      tag,
      {},
    ]),
  ),
  html: { lang: /^en$/ },
  meta: {
    charset: /^utf-8$/,
    name: /^(viewport|referrer)$/,
    content: /./,
    'http-equiv': /^Content-Security-Policy$/,
  },
  body: { class: /^welcome$/ },
  nav: { 'aria-label': /^Contents$/ },
  section: { id: /^section-[123]$/ },
  time: { datetime: /^2026-11-22$/ },
  p: { class: /^(kind|for|date)$/ },
  div: { class: /^table$/ },
  span: { class: /^box$/ },
  ol: { start: /^\d+$/ },
  th: { align: /^(left|center|right)$/ },
  td: { align: /^(left|center|right)$/ },
  a: {
    href: new RegExp(`${WEB_OR_MAILBOX.source}|^#section-[123]$`),
    rel: /^noopener noreferrer$/,
  },
};
/** What the page has once, however much is written into it. */
const ONCE = ['html', 'head', 'title', 'style', 'body', 'h1', 'main', 'nav', 'footer'];

type Element = DefaultTreeAdapterTypes.Element;

function elementsOf(node: DefaultTreeAdapterTypes.ParentNode): Element[] {
  return node.childNodes.flatMap((child) =>
    'tagName' in child ? [child, ...elementsOf('content' in child ? child.content : child)] : [],
  );
}

function commentsOf(node: DefaultTreeAdapterTypes.ParentNode): string[] {
  return node.childNodes.flatMap((child) =>
    'data' in child ? [child.data] : 'childNodes' in child ? commentsOf(child) : [],
  );
}

/** What of a page is not allowed; none in a good one. */
function strangers(html: string): string[] {
  const document = parse(html);
  const elements = elementsOf(document);
  const wrong = elements.flatMap(({ tagName, attrs, namespaceURI }) => {
    const allowed = namespaceURI.endsWith('/xhtml') ? ALLOWED[tagName] : undefined;
    if (allowed === undefined) return [`<${tagName}>`];
    return attrs
      .filter(({ name, value }) => !allowed[name]?.test(value))
      .map(({ name, value }) => `<${tagName} ${name}=${JSON.stringify(value)}>`);
  });
  const counts = Map.groupBy(elements, ({ tagName }) => tagName);
  const several = ONCE.filter((tag) => counts.get(tag)?.length !== 1).map(
    (tag) => `${counts.get(tag)?.length ?? 0} × <${tag}>`,
  );
  const others = [
    counts.get('section')?.length === 3 ? [] : ['not 3 sections'],
    counts.get('meta')?.length === 4 ? [] : ['not 4 × <meta>'],
  ].flat();
  return [
    ...wrong,
    ...several,
    ...others,
    ...commentsOf(document).map((comment) => `<!--${comment}-->`),
  ];
}

const NAMES = [
  'kbd',
  'code',
  'pre',
  'script',
  'style',
  'svg',
  'math',
  'meta',
  'iframe',
  'base',
  'form',
  'input',
  'template',
  'xmp',
  'plaintext',
].concat([
  'noscript',
  'noembed',
  'textarea',
  'title',
  'table',
  'td',
  'a',
  'img',
  'b',
  'div',
  'body',
  'html',
  'select',
  'frameset',
  'object',
  'embed',
  'link',
]);
const ATTRIBUTES = [
  'onload=alert(1)',
  'onerror="alert(1)"',
  'href=javascript:alert(1)',
  'src=//evil.example',
  'style="x:url(//evil)"',
  'http-equiv=refresh',
].concat([
  'content="0;url=//evil.example"',
  'id=section-1',
  'class=box',
  "srcdoc='<script>'",
  'action=x',
  'xlink:href=data:,x',
  '',
  'x="',
  "x='>",
]);
const TARGETS = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  'java&#10;script:alert(1)',
  '&#106;avascript:alert(1)',
  '&#x6A&#x61vascript:x',
].concat(
  [
    'javascript&colon;alert(1)',
    ' javascript:x',
    '\u0001javascript:x',
    '%6aavascript:x',
    'javascript\\:x',
    'data:text/html,<script>x</script>',
    'data:text/html;base64,PHN2Zz4=',
  ],
  [
    'vbscript:x',
    'file:///etc/passwd',
    'blob:x',
    'ftp://x.example',
    '//evil.example',
    '\\\\evil.example',
    '/\\evil',
    '?x',
    '#x',
    'view-source:x',
    'mailto:a@x.example',
  ],
  [
    'mailto:a@x.example?body="onx=',
    'https://x.example',
    'https://x.example/"onmouseover="alert(1)',
    "https://x.example/'><svg>",
    'https://x.example/<b>',
    'https:x',
  ],
  [
    'https://a:b@x.example/?q=<>&"#"',
    'HTTP://X.EXAMPLE',
    'http://[::1]/',
    'https://\u202ex.example',
    'feed:https://x',
    'intent:x',
    'wyciwyg://x',
    'x:y',
  ],
);
const ENTITIES = [
  '&lt;',
  '&#60;',
  '&#x3c;',
  '&#x3C',
  '&lt',
  '&amp;lt;',
  '&amp;#60;',
  '&LT;',
  '&quot;',
  '&#39;',
  '&NewLine;',
  '&Tab;',
  '&colon;',
  '&nbsp;',
  '&#0;',
  '&#10;',
  '&#xD800;',
  '&bogus;',
];

const tag = fc
  .record({
    open: fc.constantFrom('<', '</', '< ', '<!', '<?', '&lt;', '<\u0000', '<\n'),
    name: fc.constantFrom(...NAMES, ...NAMES.map((name) => name.toUpperCase())),
    space: fc.constantFrom(' ', '/', '\n', '\t', '\f', ''),
    attribute: fc.constantFrom(...ATTRIBUTES),
    close: fc.constantFrom('>', '/>', '', '\n>', '>>', ' '),
  })
  .map(({ open, name, space, attribute, close }) => `${open}${name}${space}${attribute}${close}`);

const special = fc.constantFrom(
  ...[
    '<!-- x -->',
    '<!--',
    '-->',
    '<!--><svg onload=x>-->',
    '--!>',
    '<![CDATA[',
    ']]>',
    '<![CDATA[<svg onload=x>]]>',
    '<?php x ?>',
    '<?xml',
    '?>',
    '<!doctype x>',
  ],
  ...['<!ENTITY x "y">', '</', '<', '>', '"', "'", '<a b="<', '<3'],
  ...ENTITIES,
);

const link = fc
  .record({
    target: fc.constantFrom(...TARGETS),
    text: fc.oneof(tag, special, fc.constantFrom('x', '![y](z)', '[z](w)', '`<b>`')),
    form: fc.nat(9),
  })
  .map(({ target, text, form }) => {
    const forms = [
      `[${text}](${target})`,
      `[${text}](<${target}> "${text}")`,
      `[${text}][r]\n\n[r]: ${target}`,
      `<${target}>`,
      `![${text}](${target})`,
      target,
    ];
    return (
      [
        ...forms,
        `[![${text}](${target})](${target})`,
        `[${text}](${target} '${text}')`,
        `[r]\n\n[r]: <${target}> "${text}"`,
        `www.x.example/${text}`,
      ][form] ?? ''
    );
  });

const piece = fc.oneof(
  { weight: 5, arbitrary: tag },
  { weight: 3, arbitrary: special },
  { weight: 3, arbitrary: link },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{{ answers.a }}',
      '{{ answers.list | sentence }}',
      '{{ client.name }}',
      "{{ '<svg onload=x>' | escape }}",
      '{{ answers.a | upcase }}',
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '\n',
      '\n\n',
      ' ',
      '`',
      '``',
      '```',
      '~~~',
      '\n```html\n',
      '\n```\n',
      '    ',
      '\t',
      '> ',
      '- ',
      '- [ ] ',
      '- [x] ',
      '1. ',
      '# ',
      '\n---\n',
      '\n===\n',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '|',
      ' | ',
      '\n|---|:-:|--:|\n',
      '\n| | |\n|---|---|\n',
      '**',
      '_',
      '~~',
      '*',
      '\\',
      '[',
      ']',
      '(',
      ')',
      '!',
      '\uE00A',
      'a',
      '\u0000',
      '\u2028',
    ),
  },
);
const text = fc.array(piece, { minLength: 1, maxLength: 14 }).map((pieces) => pieces.join(''));
const written = fc.record({ body: text, heading: text, title: text, name: text, answer: text });

/** Without what only Liquid reads: a template that does not parse makes no page. */
const withoutLiquid = (source: string) => source.replaceAll(/\{%|%\}/g, '');

describe('a packet', () => {
  test.each([
    ['a tag after one that ends escaping', 'x <kbd> <svg/onload=alert(1)>'],
    [
      'a page that sends elsewhere',
      'x <kbd> <meta/http-equiv=refresh content="0;url=//evil.example">',
    ],
    ['a script', '<script>alert(1)</script>\n\n<code><script>alert(1)</script></code>'],
    ['an unfinished comment', '<!-- <svg onload=alert(1)>\n\n--> <svg onload=alert(1)>'],
    [
      'a form in a table',
      '|<form>|<input autofocus onfocus=alert(1)>|\n|---|---|\n|<pre>|<iframe srcdoc="<script>">|',
    ],
    [
      'a link out of its attribute',
      '[x](https://x.example/"onmouseover="alert(1)) <https://x.example/"onmouseover="alert(1)>',
    ],
    [
      'a fence with a class of its own',
      '```"><svg/onload=alert(1)>\n</code></pre><svg onload=alert(1)>\n```',
    ],
    [
      'an image with a description',
      '![<svg onload=alert(1)>"onerror="alert(1)](https://x.example/"onerror="alert(1))',
    ],
  ])('shows as text: %s', async (_what, body) => {
    expect(strangers(await pageOf({ body }))).toEqual([]);
    expect(
      strangers(
        await pageOf({
          body: 'a {{ answers.a }}\n\n{{ answers.a }}',
          answer: body,
          name: body,
          title: body,
          heading: body,
        }),
      ),
    ).toEqual([]);
  });

  // As others reported them of renderers like ours.
  test.each([
    [
      'marked 592',
      '[URL](javascript&#58document;alert&#40;1&#41;) [x](javascript&#x58document;alert&#40;1&#41;)',
    ],
    ['flexmark-java 672', '[lnk](java&#115;cript:alert(origin))'],
    [
      'python-markdown2 726',
      '[x](javascript&#058alert(origin))\n\n<x![](`<a\n>`)><svg onload=alert(origin)![](`<a\n>`)',
    ],
    ['python-markdown2 603', '![](`" onerror=alert()//`)'],
    ['python-markdown2 30', '![a][b]\n[b]: http://static.example/header.png"\nonload="alert(1)'],
    ['parsedown 210', '![" onerror="alert(1)](0 ""alert(2);")'],
    ['astro 13345', '!["><script>alert(1)</script>](./capoo.jpg)'],
    ['gomarkdown 191', '```"1;><script/src="http://x.example/xss.js"></script>\n\n```\n'],
    ['pagedown 34', '[<svg/onload=alert(1)//]()'],
    ['markup 487', '_nothing_@x.example <_onmouseover=alert(1)_@x.example>'],
    [
      'mindconnect 118',
      '\\`<img src=x onerror=alert(1)>\\`\n\n    ```\n<img src=x onerror=alert(1)>\n\n```\nx\n```~\n<img src=x onerror=alert(1)>',
    ],
  ])('shows a known attack as text: %s', async (_report, body) => {
    expect(strangers(await pageOf({ body }))).toEqual([]);
  });

  test('has only the elements and attributes of its own page, whatever is written in templates and answers', async () => {
    await fc.assert(
      fc.asyncProperty(written, async ({ body, heading, title, name, answer }) => {
        const html = await pageOf({
          body: withoutLiquid(body),
          heading: withoutLiquid(heading),
          title,
          name,
          answer,
        });
        expect(strangers(html)).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  });

  test('links to the web and to mailboxes only, and tells nobody where from', async () => {
    const body = TARGETS.map(
      (target) => `[x](${target})\n\n[x](<${target}>)\n\n<${target}>\n\n${target}`,
    ).join('\n\n');
    const links = elementsOf(parse(await pageOf({ body }))).filter(
      ({ tagName, attrs }) =>
        tagName === 'a' && !attrs.some(({ value }) => value.startsWith('#section-')),
    );
    expect(links.length).toBeGreaterThan(20);
    for (const { attrs } of links) {
      const { href = '', rel } = Object.fromEntries(attrs.map(({ name, value }) => [name, value]));
      expect([['http:', 'https:', 'mailto:'].includes(new URL(href).protocol), rel]).toEqual([
        true,
        'noopener noreferrer',
      ]);
    }
  });

  test.each([
    '<svg></svg>',
    '<p onclick=x>',
    '<a href="javascript:x">',
    '<meta http-equiv=refresh>',
    '<!-- x -->',
    '<section id=section-2>',
    '<title>x</title>',
  ])('would be found to have %s', async (stranger) => {
    const html = await pageOf({ body: 'x' });
    expect(strangers(html)).toEqual([]);
    expect(strangers(html.replace('<main>', `<main>${stranger}`))).not.toEqual([]);
  });
});
