/**
 * Generating a packet: a run takes the packet, renders the sections of the default template one
 * after the other, stores each as it is finished, and completes packet and job in one transaction.
 * What happens to a packet whose run fails is in failed-attempts.ts.
 */
import type { RunningJob } from '../../platform/jobs/definition.ts';
import { JobFailure } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import { today } from '../../platform/time.ts';
import { readComputedValues } from '../computed/cache.ts';
import { renderBudgetsUsedUp } from '../metrics.ts';
import type { PacketJob } from '../packets/job.ts';
import { RenderBudget, RenderError, type Renderer, type RenderScope } from '../rendering/index.ts';
import { readDefaultTemplates, type TemplateRow } from '../templates/templates.ts';
import { completePacket, type TakenPacket, takePacket } from './packet-run.ts';
import { usingRenderer } from './rendering-turns.ts';
import { SectionWriter } from './section-writer.ts';

/**
 * Runs one attempt and resolves once the packet is COMPLETED, or at once if it no longer waits for
 * this job. Throws a JobFailure that says what is wrong with the template, and JobLostError if the
 * packet was cancelled or another run took it.
 */
export async function generatePacket(
  platform: Platform,
  job: RunningJob<PacketJob>,
): Promise<void> {
  const packet = await takePacket(platform, job);
  if (packet === null) return;
  const template = await templateOf(platform, packet);
  const scope = await scopeOf(platform, packet);
  const html = await usingRenderer(platform, job, (renderer) =>
    renderPacket(platform, { packet, template, scope, renderer, signal: job.signal }),
  );
  await completePacket(platform, job, { packet, title: template.name, html });
}

async function templateOf(platform: Platform, packet: TakenPacket): Promise<TemplateRow> {
  const template = (await readDefaultTemplates(platform, packet)).get(packet.type);
  if (template === undefined)
    throw new JobFailure(`There is no default template for packets of type ${packet.type}.`);
  return template;
}

async function scopeOf(
  platform: Platform,
  { answers, clientName, clientType }: TakenPacket,
): Promise<RenderScope> {
  return {
    client: { name: clientName, clientType },
    answers: { ...answers },
    computed: await readComputedValues(platform, answers, today()),
  };
}

interface Rendering {
  packet: TakenPacket;
  template: TemplateRow;
  scope: RenderScope;
  renderer: Renderer;
  signal: AbortSignal;
}

/**
 * Renders the sections, each of which is stored as soon as it is finished, and resolves with the
 * page. Sections and page share one budget of rendering time.
 */
async function renderPacket(
  platform: Platform,
  { packet, template, scope, renderer, signal }: Rendering,
): Promise<string> {
  const writer = new SectionWriter(platform, { packet, sections: template.sections.length });
  const limits = { signal: AbortSignal.any([signal, writer.lost]), budget: new RenderBudget() };
  try {
    const sections = await renderer.renderSections(
      { sections: template.sections, scope, onSection: (section) => writer.add(section) },
      limits,
    );
    const { clientName, clientType, type: packetType } = packet;
    const page = renderer.renderPage(
      { title: template.name, clientName, clientType, packetType, sections, date: today() },
      limits,
    );
    // Both, so that no write is left running when the page fails.
    const [html] = await Promise.all([page, writer.written()]);
    return html;
  } catch (error) {
    await writer.written().catch(() => undefined);
    throw error instanceof RenderError ? failureOf(error, template) : error;
  }
}

/** No retry after the budget is used up: the next attempt would use it up as well. */
function failureOf(error: RenderError, template: TemplateRow): JobFailure {
  const isBudget = error.kind === 'time';
  if (isBudget) renderBudgetsUsedUp.inc();
  return new JobFailure(`Template "${template.name}", ${error.message}.`, {
    retry: !isBudget,
    cause: error,
  });
}
