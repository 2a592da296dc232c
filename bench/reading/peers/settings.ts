/**
 * What every contestant gets alike, from the environment that the benchmark gives its processes.
 */
export interface PeerSettings {
  port: number;
  databaseUrl: string;
  poolSize: number;
  tenantId: string;
}

export function readSettings(): PeerSettings {
  const { PORT, DATABASE_URL, DATABASE_POOL_SIZE, BENCH_TENANT_ID } = process.env;
  if (!PORT || !DATABASE_URL || !DATABASE_POOL_SIZE || !BENCH_TENANT_ID) {
    throw new Error(
      'Expected PORT, DATABASE_URL, DATABASE_POOL_SIZE and BENCH_TENANT_ID in the environment; peers are started by the benchmark',
    );
  }
  return {
    port: Number(PORT),
    databaseUrl: DATABASE_URL,
    poolSize: Number(DATABASE_POOL_SIZE),
    tenantId: BENCH_TENANT_ID,
  };
}
