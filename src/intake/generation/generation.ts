/**
 * Generating a packet. A run takes the packet by writing its own id into it, renders the sections
 * of the default template one after the other, and ends in one transaction with its job. Each write
 * asks for the run's id: when the packet was cancelled, or taken by another run, the write finds no
 * row and the run ends.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { ClientType, PacketType } from '../../../generated/kysely.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import {
  type FailedAttempt,
  JobFailure,
  JobLostError,
  type RunningJob,
} from '../../platform/jobs/definition.ts';
import { renderBudgetsUsedUp } from '../../platform/metrics.ts';
import type { Platform } from '../../platform/platform.ts';
import { type CalendarDay, today } from '../../platform/time.ts';
import { readComputedValues } from '../computed/cache.ts';
import type { Answers, TemplateRow } from '../packets/rows.ts';
import { publishPacketsChanged } from '../topics.ts';
import type { PacketJob } from '../packets/job.ts';
import { CHANGED, NOTHING_DONE } from '../packets/packets.ts';
import {
  RenderBudget,
  RenderError,
  type RenderedSection,
  type Renderer,
  type RenderScope,
} from '../rendering/index.ts';
import { type PacketRun, SectionWriter } from './section-writer.ts';
import { usingRenderer } from './rendering-turns.ts';
import { readDefaultTemplates } from '../templates/templates.ts';

/** A packet that this run has taken, and what it is made of. */
interface TakenPacket extends PacketRun {
  type: PacketType;
  clientName: string;
  clientType: ClientType;
  answers: Answers;
}

/** Runs one attempt. */
export async function generatePacket(
  platform: Platform,
  job: RunningJob<PacketJob>,
): Promise<void> {
  const packet = await take(platform, job);
  if (packet === null) return;
  const template = await templateOf(platform, packet);
  const scope = await scopeOf(platform, packet);
  const html = await usingRenderer(platform, job, (renderer) =>
    renderTemplate(platform, { packet, template, scope, renderer, signal: job.signal }),
  );
  await finish(platform, job, { packet, template, html });
}

/** Also from a run that was killed: its id is replaced, and its writes find nothing. */
const takePacket = prepare(
  (p: { id: string; jobId: string; runId: string; attempt: number; maxAttempts: number }) =>
    query
      .updateTable('packet')
      .from('client')
      .leftJoin('intake_progress', 'intake_progress.clientId', 'client.id')
      .set({
        ...NOTHING_DONE,
        ...CHANGED,
        status: 'GENERATING',
        runId: p.runId,
        attempts: p.attempt,
        maxAttempts: p.maxAttempts,
        nextAttemptAt: null,
        startedAt: sql`statement_timestamp()`,
      })
      .whereRef('client.id', '=', 'packet.clientId')
      .where('packet.id', '=', p.id)
      .where('packet.jobId', '=', p.jobId)
      .where('packet.status', 'in', ['PENDING', 'GENERATING'])
      .returning([
        'packet.id',
        'packet.clientId',
        'packet.type',
        'client.name as clientName',
        'client.clientType',
        'intake_progress.answers',
      ]),
);

async function take(platform: Platform, job: RunningJob<PacketJob>): Promise<TakenPacket | null> {
  const { payload, attempt, maxAttempts, tenantId } = job;
  const runId = uuidv7();
  return platform.database.forTenant(job).transaction(async (tx) => {
    await job.hold(tx);
    const [packet] = await tx.runPrepared(takePacket, {
      id: payload.packetId,
      jobId: payload.jobId,
      runId,
      attempt,
      maxAttempts,
    });
    if (!packet) return null;
    publishPacketsChanged(platform, tx, [packet]);
    return { ...packet, runId, tenantId, answers: (packet.answers ?? {}) as Answers };
  });
}

async function templateOf(platform: Platform, packet: TakenPacket): Promise<TemplateRow> {
  const template = (await readDefaultTemplates(platform, packet)).get(packet.type);
  if (template === undefined)
    throw new JobFailure(`There is no default template for packets of the type ${packet.type}.`);
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
 * The page; each section is stored as soon as it is finished. All of it has one budget of rendering
 * time.
 */
async function renderTemplate(
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
    const page = renderer.renderPage(
      pageInput(packet, template, { sections, date: today() }),
      limits,
    );
    // A page that fails must not leave the writes to themselves.
    const [html] = await Promise.all([page, writer.written()]);
    return html;
  } catch (error) {
    await writer.written().catch(() => undefined);
    throw error instanceof RenderError ? failureOf(error, template) : error;
  }
}

/** What used up the budget would use it up again. */
function failureOf(error: RenderError, template: TemplateRow): JobFailure {
  const isBudget = error.kind === 'time';
  if (isBudget) renderBudgetsUsedUp.inc();
  return new JobFailure(`Template "${template.name}", ${error.message}.`, {
    retry: !isBudget,
    cause: error,
  });
}

function pageInput(
  { clientName, clientType, type }: TakenPacket,
  { name }: TemplateRow,
  page: { sections: RenderedSection[]; date: CalendarDay },
) {
  return { title: name, clientName, clientType, packetType: type, ...page };
}

const completePacket = prepare((p: { id: string; runId: string; title: string; html: string }) =>
  query
    .updateTable('packet')
    .set({
      ...CHANGED,
      status: 'COMPLETED',
      progress: 100,
      title: p.title,
      html: p.html,
      completedAt: sql`statement_timestamp()`,
      errorMessage: null,
      runId: null,
    })
    .where('id', '=', p.id)
    .where('runId', '=', p.runId)
    .returning(['id', 'clientId']),
);

interface Finished {
  packet: TakenPacket;
  template: TemplateRow;
  html: string;
}

async function finish(
  platform: Platform,
  job: RunningJob<PacketJob>,
  { packet, template, html }: Finished,
): Promise<void> {
  await platform.database.forTenant(packet).transaction(async (tx) => {
    await job.complete(tx);
    const completed = await tx.runPrepared(completePacket, {
      id: packet.id,
      runId: packet.runId,
      title: template.name,
      html,
    });
    if (completed.length === 0) throw new JobLostError();
    publishPacketsChanged(platform, tx, completed);
  });
}

/** Of this job and no later one: a retry gives the packet another. */
function unfinished({ packetId, jobId }: PacketJob) {
  return query
    .updateTable('packet')
    .where('id', '=', packetId)
    .where('jobId', '=', jobId)
    .where('status', 'in', ['PENDING', 'GENERATING']);
}

/** Records a failed attempt: the packet waits for the next one, or has FAILED. */
export async function packetAttemptFailed(
  platform: Platform,
  tx: TenantTransaction,
  failure: FailedAttempt<PacketJob>,
): Promise<void> {
  const { payload, attempt, maxAttempts, message, retryAt } = failure;
  const values = { attempts: attempt, maxAttempts, errorMessage: message, runId: null };
  const next =
    retryAt === null
      ? { status: 'FAILED' as const }
      : { ...NOTHING_DONE, status: 'PENDING' as const, nextAttemptAt: retryAt };
  publishPacketsChanged(
    platform,
    tx,
    await tx.run(
      unfinished(payload)
        .set({ ...values, ...next, ...CHANGED })
        .returning(['id', 'clientId']),
    ),
  );
}

/** Records that no attempt is left, when the last one could not say so itself. */
export async function packetDied(
  platform: Platform,
  tx: TenantTransaction,
  payload: PacketJob,
): Promise<void> {
  const errorMessage = sql<string>`coalesce(${sql.ref('packet.errorMessage')}, 'The worker stopped in the middle of it.')`;
  const values = { status: 'FAILED' as const, errorMessage, runId: null, nextAttemptAt: null };
  publishPacketsChanged(
    platform,
    tx,
    await tx.run(
      unfinished(payload)
        .set({ ...values, ...CHANGED })
        .returning(['id', 'clientId']),
    ),
  );
}
