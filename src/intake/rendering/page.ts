/**
 * A finished packet as one self-contained HTML page, with no script, font or picture from
 * elsewhere. People read it on a phone and print it on paper, so it is laid out for both.
 */
import { createHash } from 'node:crypto';
import type { ClientType, PacketType } from '../../../generated/kysely.ts';
import type { CalendarDay } from '../../platform/time.ts';
import { longDay } from './dates.ts';
import { escapeHtml, htmlOf } from './markdown.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { RenderedSection } from './sections.ts';

/** What a page shows. Texts may contain anything: they are escaped here. */
export interface PageInput {
  title: string;
  clientName: string;
  packetType: PacketType;
  clientType: ClientType;
  /** The day on the cover. */
  date: CalendarDay;
  sections: readonly RenderedSection[];
}

const PACKET_NAMES: Record<PacketType, string> = {
  WELCOME: 'Welcome packet',
  NUTRITION: 'Nutrition packet',
  WORKOUT: 'Training packet',
  RECOVERY: 'Recovery packet',
  WELLNESS: 'Wellness packet',
  PERFORMANCE: 'Performance packet',
  YOUTH: 'Youth packet',
};

/** A page with fewer sections needs no table of contents. */
const MIN_SECTIONS_WITH_CONTENTS = 3;

const STYLE_HASH = createHash('sha256').update(PAGE_STYLE).digest('base64');
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * The HTML of a packet's page. Throws what `htmlOf` throws for Markdown that is nested too deep.
 */
export function pageOf(page: PageInput): string {
  const title = escapeHtml(page.title);
  const name = escapeHtml(page.clientName);
  const date = escapeHtml(longDay(page.date));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title} – ${name}</title>
<style>${PAGE_STYLE}</style>
</head>
<body class="${page.packetType.toLowerCase()}">
<header>
<p class="kind">${PACKET_NAMES[page.packetType]}</p>
<h1>${title}</h1>
<p class="for">Prepared for <strong>${name}</strong></p>
<p class="date"><time datetime="${escapeHtml(page.date)}">${date}</time></p>
</header>
${contents(page.sections)}<main>
${page.sections.map(sectionHtml).join('\n')}
</main>
<footer><p>${title} · ${name} · ${date}</p></footer>
</body>
</html>
`;
}

function contents(sections: readonly RenderedSection[]): string {
  if (sections.length < MIN_SECTIONS_WITH_CONTENTS) return '';
  const entries = sections.map(
    (section, index) =>
      `<li><a href="#section-${index + 1}">${escapeHtml(section.heading)}</a></li>`,
  );
  return `<nav aria-label="Contents">
<h2>In this packet</h2>
<ol>
${entries.join('\n')}
</ol>
</nav>
`;
}

function sectionHtml(section: RenderedSection, index: number): string {
  return `<section id="section-${index + 1}">
<h2>${escapeHtml(section.heading)}</h2>
${htmlOf(section.markdown)}</section>`;
}
