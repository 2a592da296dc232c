import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { computeValues } from '../../src/intake/computed/index.ts';
import {
  checkTemplate,
  createRenderer,
  RenderError,
  type RenderScope,
} from '../../src/intake/rendering/index.ts';
import { htmlOf } from '../../src/intake/rendering/markdown.ts';
import { markdownText } from '../../src/intake/rendering/output.ts';
import { pageOf } from '../../src/intake/rendering/page.ts';
import { TODAY } from './starter-set-answers.ts';

const renderer = createRenderer({ threads: 1 });
afterAll(() => renderer.close());

function scope(answers: Record<string, unknown> = {}): RenderScope {
  return {
    client: { name: 'Ann', clientType: 'INDIVIDUAL' },
    answers,
    computed: computeValues(answers, TODAY),
  };
}

async function markdown(body: string, answers?: Record<string, unknown>): Promise<string> {
  return (await renderer.renderSection({ heading: 'x', body }, scope(answers))).markdown;
}

/** What a reader sees of HTML. */
function visible(html: string): string {
  return html
    .replace(/<br>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .trim();
}

describe('what a template writes', () => {
  test('are the client, answers and computed values; what is unknown is empty', async () => {
    const body =
      '{{ client.name }}/{{ answers.food }}/{{ computed.ageYears }}/{{ answers.none }}/{{ nothing.at.all }}/{{ answers.constructor }}';
    expect(await markdown(body, { food: 'Rice', dateOfBirth: '1986-11-22' })).toBe(
      'Ann/Rice/40///',
    );
  });

  test('are numbers, days, choices and lists as people write them', async () => {
    const answers = {
      weight: 72.5,
      day: '2027-03-01',
      yes: true,
      no: false,
      days: ['Monday', 'Tuesday', 'Friday'],
      steps: 12345,
    };
    expect(
      await markdown(
        '{{ answers.weight }} {{ answers.day }} {{ answers.yes }} {{ answers.no }}',
        answers,
      ),
    ).toBe('72.5 1 March 2027 yes no');
    expect(
      await markdown(
        '{{ answers.days }}; {{ answers.days | sentence }}; {{ answers.days | lower_first | sentence }}',
        answers,
      ),
    ).toBe('Monday, Tuesday, Friday; Monday, Tuesday and Friday; monday, tuesday and friday');
    expect(
      await markdown(
        '{% for day in answers.days %}[{{ day }}]{% endfor %} {{ answers.steps | number }}',
        answers,
      ),
    ).toBe('[Monday][Tuesday][Friday] 12,345');
  });

  test('takes answers that say nothing for not given', async () => {
    const answers = { empty: '', list: [], nothing: null, zero: 0, no: false };
    const body =
      '{% for key in keys %}{% endfor %}{% if answers.empty %}1{% endif %}{% if answers.list %}2{% endif %}{% if answers.nothing %}3{% endif %}';
    expect(
      await markdown(
        `${body}{% if answers.zero == 0 %}zero{% endif %}{% if answers.no == false %}no{% endif %}`,
        answers,
      ),
    ).toBe('zerono');
  });

  test('is one line of plain text in a heading', async () => {
    const rendered = await renderer.renderSection(
      { heading: ' Hi\n{{ answers.name }} ', body: '' },
      scope({ name: '*A*\n# <b>' }),
    );
    expect(rendered.heading).toBe('Hi *A* # <b>');
  });
});

describe('an answer', () => {
  test.each([
    '<script>alert(1)</script>',
    '# x',
    '[a](javascript:alert(1))',
    '1. x',
    '- x',
    '**b** _i_ `c` ~~d~~',
    'https://evil.example www.evil.example a@b.example',
    '| a | b |',
    '> q',
    '&lt;b&gt; &#60;',
    '---',
    '===',
    '\\',
    '![i](http://x/y.png)',
    '[x]: http://evil.example',
    '+ x',
    '```',
    '    code',
  ])('shows as typed: %s', async (answer) => {
    const html = htmlOf(await markdown('{{ answers.a }}\n\nafter', { a: answer }));
    expect(html).toMatch(/^<p>[^<]*<\/p>\n<p>after<\/p>\n$/);
    expect(visible(html)).toBe(`${answer.trim()}\nafter`);
  });

  test('keeps its lines, and stays in its place in lists, quotes and tables', async () => {
    const answers = { a: 'one\n\n# two\r\n| three' };
    expect(htmlOf(await markdown('> {{ answers.a }}', answers))).toBe(
      '<blockquote>\n<p>one<br><br># two<br>| three</p>\n</blockquote>\n',
    );
    expect(htmlOf(await markdown('- {{ answers.a }}\n- next', answers))).toMatch(
      /^<ul>\n<li>one<br>.*three<\/li>\n<li>next<\/li>\n<\/ul>\n$/,
    );
    expect(
      htmlOf(await markdown('| a | b |\n|---|---|\n| {{ answers.a }} | x |', answers)),
    ).toContain('<td>one<br><br># two<br>| three</td>\n<td>x</td>');
  });

  test('of any text makes no structure, alone, twice in a row or after a line break', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        ...'#*_-+=>|`~[]()!<&;:\\\n 1.ax@/"\''.split(''),
        'www.',
        '://',
        'http',
        '\t',
        'é',
      ),
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (answer) => {
        const written = markdownText(answer);
        expect(htmlOf(`a ${written}\n${written}\n\nend`).match(/<(?!br)[^>]*>/g)).toEqual([
          '<p>',
          '</p>',
          '<p>',
          '</p>',
        ]);
      }),
      { numRuns: 2000 },
    );
  });

  test('stays escaped whatever a template does with it', async () => {
    const answers = { a: '<b>*x*' };
    for (const body of [
      '{% echo answers.a %}',
      '{{ answers.a | escape }}',
      "{{ answers.a | append: '' }}",
      '{% cycle answers.a %}',
      '{% liquid echo answers.a %}',
      '{% assign b = answers.a %}{{ b | newline_to_br }}',
    ]) {
      expect(await markdown(body, answers)).toBe('&lt;b&gt;\\*x\\*');
    }
  });
});

describe('a template that is not sound', () => {
  test.each([
    ['a\n {{ a | shout }}', 2, 2, 'undefined filter: shout'],
    ['{% foo %}', 1, 1, 'tag "foo" not found'],
    ['a\nb {% if x %}', 2, 3, 'tag {% if x %} not closed'],
    ['{{ a', 1, 1, 'output "{{ a" not closed'],
    ['{{ a | raw }}', 1, 1, 'undefined filter: raw'],
    ['{% include "x" %}', 1, 1, 'tag "include" not found'],
    ['{% render "x" %}', 1, 1, 'tag "render" not found'],
    ['{% layout "x" %}', 1, 1, 'tag "layout" not found'],
    ['{% tablerow x in y %}{% endtablerow %}', 1, 1, 'tag "tablerow" not found'],
    ['x'.repeat(30_000), 1, 1, 'all sections together are longer than 30000 characters'],
    ['{{a}}'.repeat(2_001), 1, 1, 'all sections together have more than 2000 tags and outputs'],
    [`x${'{% if a %}'.repeat(1900)}`, 1, expect.any(Number), 'is nested too deeply'],
  ])('is told by place and reason: %.30s', (body, line, column, message) => {
    expect(
      checkTemplate([
        { heading: 'fine', body: 'fine' },
        { heading: 'fine', body },
      ]),
    ).toEqual([{ section: 1, field: 'body', line, column, message }]);
  });

  test('is told for headings too, each field once', () => {
    expect(
      checkTemplate([{ heading: '{{', body: '{% foo %}{% bar %}' }]).map(({ field, section }) => [
        section,
        field,
      ]),
    ).toEqual([
      [0, 'heading'],
      [0, 'body'],
    ]);
  });

  test('fails to render with its place, and without what was answered', async () => {
    const sections = [
      { heading: 'x', body: 'ok' },
      { heading: 'x', body: 'a\n{{ answers.secret | shout }}' },
    ];
    const failed: RenderError = await renderer
      .renderSections({ sections, scope: scope({ secret: 'hush' }) })
      .catch((error) => error);
    expect(failed).toBeInstanceOf(RenderError);
    expect(failed).toMatchObject({
      kind: 'template',
      section: 1,
      line: 2,
      message: 'section 2, line 2: undefined filter: shout',
    });
  });
});

describe('the page', () => {
  const page = {
    title: 'Plan',
    clientName: 'Ann',
    packetType: 'NUTRITION',
    clientType: 'INDIVIDUAL',
    date: TODAY,
  } as const;

  test('is self-contained: no script, nothing from elsewhere, and a policy that allows nothing else', () => {
    const html = pageOf({ ...page, sections: [{ heading: 'H', markdown: 'text' }] });
    expect(html).toMatch(
      /http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'"/,
    );
    expect(html).not.toMatch(/<script|src=|url\(|@import|<link|style="/);
    expect(html).toContain('22 November 2026');
  });

  test('escapes name, title and headings', () => {
    const evil = '"><script>x</script>';
    const html = pageOf({
      ...page,
      title: evil,
      clientName: evil,
      sections: Array.from({ length: 3 }, () => ({ heading: evil, markdown: '' })),
    });
    expect(html).not.toContain('<script');
  });

  test('shows HTML of a template as text, pictures as their description, and links only to the web and to mailboxes', () => {
    expect(htmlOf('<b onclick="x">a</b>\n\n<div>b</div>')).toBe(
      '<p>&lt;b onclick=&quot;x&quot;&gt;a&lt;/b&gt;</p>\n<p>&lt;div&gt;b&lt;/div&gt;</p>\n',
    );
    expect(htmlOf('![<i>](https://x.example/a.png)')).toBe('<p>&lt;i&gt;</p>\n');
    expect(htmlOf('[w](https://x.example) [m](mailto:a@x.example)')).toMatch(
      /href="https:\/\/x\.example\/".*href="mailto:a@x\.example"/,
    );
    expect(
      htmlOf(
        '[j](javascript:alert(1)) [d](data:text/html,x) [f](file:///etc/passwd) [r](/x) [v](vbscript:x)',
      ),
    ).toBe('<p>j d f r v</p>\n');
  });

  test('has contents from three sections on, and headings in their order', async () => {
    const sections = ['One', 'Two', 'Three'].map((heading) => ({ heading, markdown: '# Sub' }));
    expect(pageOf({ ...page, sections: sections.slice(1) })).not.toContain('<nav');
    const html = await renderer.renderPage({ ...page, sections });
    expect(html).toContain('<a href="#section-3">Three</a>');
    expect(html.match(/<h\d/g)).toEqual(['<h1', '<h2', '<h2', '<h3', '<h2', '<h3', '<h2', '<h3']);
  });
});
