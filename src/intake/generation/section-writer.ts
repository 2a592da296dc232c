/**
 * Stores the sections of a packet as they are finished, and moves its progress. One write is under
 * way at a time; sections that are finished meanwhile share the next one, so that a template that
 * renders fast costs few statements.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { JobLostError } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import { NEXT_VERSION } from '../packets/rows.ts';
import type { RenderedSection } from '../rendering/index.ts';
import { publishPacketNow } from '../topics.ts';
import type { PacketRun } from './packet-run.ts';

const addSections = prepare(
  (p: { id: string; runId: string; progress: number; sections: string }) =>
    query
      .updateTable('packet')
      .set({
        ...NEXT_VERSION,
        progress: p.progress,
        sections: sql`${sql.ref('packet.sections')} || ${p.sections}::jsonb`,
      })
      .where('id', '=', p.id)
      .where('runId', '=', p.runId)
      .returning('id'),
);

/** Writes the sections of one run, and the progress they bring. */
export class SectionWriter {
  readonly #platform: Platform;
  readonly #packet: PacketRun;
  /** The sections and the page. */
  readonly #steps: number;
  readonly #lost = new AbortController();
  #waiting: RenderedSection[] = [];
  #finished = 0;
  #writing: Promise<void> | null = null;

  constructor(platform: Platform, { packet, sections }: { packet: PacketRun; sections: number }) {
    this.#platform = platform;
    this.#packet = packet;
    this.#steps = sections + 1;
  }

  /** Aborts when a write fails, since rendering the rest would be useless. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Writes the section as soon as the writes before it are done. */
  add(section: RenderedSection): void {
    this.#waiting.push(section);
    if (this.#writing !== null || this.#lost.signal.aborted) return;
    this.#writing = this.#writeAll()
      .catch((error: unknown) => this.#lost.abort(error))
      .finally(() => {
        this.#writing = null;
      });
  }

  /** Resolves when all added sections are stored; rejects when a write failed. */
  async written(): Promise<void> {
    await this.#writing;
    this.#lost.signal.throwIfAborted();
  }

  async #writeAll(): Promise<void> {
    const { id, runId, tenantId, clientId } = this.#packet;
    const database = this.#platform.database.forTenant(this.#packet);
    while (this.#waiting.length > 0) {
      const sections = this.#waiting.splice(0);
      this.#finished += sections.length;
      const progress = Math.floor((100 * this.#finished) / this.#steps);
      const written = await database.runPrepared(addSections, {
        id,
        runId,
        progress,
        sections: JSON.stringify(sections),
      });
      if (written.length === 0) throw new JobLostError();
      publishPacketNow(this.#platform, { tenantId, id, clientId });
    }
  }
}
