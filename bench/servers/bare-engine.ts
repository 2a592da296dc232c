/** pg-boss without the job kit, with the settings that the kit gives a queue: what it is held against. */
import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';

export interface BareEngine {
  boss: PgBoss;
  /** The name of its only queue. */
  queue: string;
  /** Inserts jobs with these data in one statement. */
  insert(data: object[]): Promise<void>;
  /** Runs jobs in this many slots from now on. */
  work(slots: number, run: () => Promise<void> | void): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an engine of its own on a queue of its own. */
export async function startBareEngine(url: string): Promise<BareEngine> {
  const queue = `bare-${randomUUID()}`;
  const boss = new PgBoss({
    connectionString: url,
    max: 10,
    useListenNotify: true,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
  });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue(`${queue}.dead`);
  await boss.createQueue(queue, {
    notify: true,
    retryLimit: 2,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: 300,
    heartbeatSeconds: 10,
    deadLetter: `${queue}.dead`,
  });
  return {
    boss,
    queue,
    insert: async (data) =>
      void (await boss.insert(
        queue,
        data.map((one) => ({ data: one })),
      )),
    work: (slots, run) => work(boss, queue, { slots, run }),
    stop: () => boss.stop({ graceful: true, timeout: 5_000 }),
  };
}

async function work(
  boss: PgBoss,
  queue: string,
  { slots, run }: { slots: number; run: () => Promise<void> | void },
): Promise<void> {
  const options = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 };
  for (let slot = 0; slot < slots; slot += 1) {
    let id = '';
    id = await boss.work(queue, options, async () => {
      // Without it a slot would sleep until the next notice or poll.
      boss.notifyWorker(id);
      await run();
    });
  }
}
