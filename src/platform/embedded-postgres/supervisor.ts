/** Keeps the server of a cluster running until it is told to stop. */
import { backoffMs } from '../backoff.ts';
import { delay, SECOND } from '../time.ts';
import type { Cluster } from './cluster.ts';
import { type Server, startServer, stopServer } from './server.ts';

/** The first restart is immediate; a server that keeps failing is started again every 5 s. */
const PAUSES = { firstMs: 100, longestMs: 5 * SECOND };

/** Where the supervisor reports that the server ended and came back. */
export interface Log {
  info(values: object, message: string): void;
  warn(values: object, message: string): void;
  error(values: object, message: string): void;
}

interface Supervised {
  server: Server;
  settings: Record<string, string>;
  log: Log;
}

/** Watches a running server from its construction until `stop`. */
export class Supervisor {
  readonly #cluster: Cluster;
  readonly #supervised: Supervised;
  readonly #stopping = new AbortController();
  #watching: Promise<void>;
  #stopped: Promise<void> | null = null;

  constructor(cluster: Cluster, supervised: Supervised) {
    this.#cluster = cluster;
    this.#supervised = supervised;
    this.#watching = this.#watch();
  }

  /** May be called again; every call resolves when the server is gone. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    await stopServer(this.#supervised.server, this.#cluster);
    await this.#watching;
    // A server that was just being restarted.
    await stopServer(this.#supervised.server, this.#cluster);
  }

  async #watch(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#supervised.server.exited;
      if (this.#stopping.signal.aborted) return;
      const { pid, port } = this.#supervised.server;
      this.#supervised.log.warn({ pid, port }, 'embedded PostgreSQL ended; starting it again');
      await this.#restart();
    }
  }

  async #restart(): Promise<void> {
    const { settings, log } = this.#supervised;
    const { port } = this.#supervised.server;
    const { signal } = this.#stopping;
    for (let failures = 1; !signal.aborted; failures += 1) {
      const startedAt = Date.now();
      try {
        this.#supervised.server = await startServer(this.#cluster, { settings, port, signal });
        log.info(
          { pid: this.#supervised.server.pid, port, ms: Date.now() - startedAt },
          'embedded PostgreSQL is back',
        );
        return;
      } catch (error) {
        if (!signal.aborted) log.error({ err: error, port }, 'embedded PostgreSQL did not start');
        await delay(backoffMs(failures, PAUSES), signal);
      }
    }
  }
}
