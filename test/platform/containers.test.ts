/**
 * compose.yaml and the Dockerfile, as Docker would read them but without Docker: which settings
 * reach the processes, and whether the files of the image are enough to start one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/live.ts';
import { freePort } from '../support/redis.ts';

const PROJECT = join(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(PROJECT, name), 'utf8');

const Condition = z.enum(['service_healthy', 'service_completed_successfully']);
/** The part of the Compose file format that is used here; a misspelt key is refused, as Docker refuses it. */
const Service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  command: z.array(z.string()).optional(),
  user: z.string().optional(),
  restart: z.enum(['unless-stopped', 'on-failure']),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  pids_limit: z.int(),
  shm_size: z.string().optional(),
  tmpfs: z.array(z.string()),
  stop_grace_period: z.string().optional(),
  env_file: z.literal('.env').optional(),
  environment: z.record(z.string(), z.union([z.string(), z.int()])).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: Condition })).default({}),
  healthcheck: z
    .union([
      z.strictObject({ disable: z.literal(true) }),
      z.strictObject({
        test: z.array(z.string()),
        interval: z.string(),
        timeout: z.string(),
        retries: z.int(),
      }),
    ])
    .optional(),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

const compose = Compose.parse(parse(read('compose.yaml'), { merge: true }));
const service = (name: string) => {
  const found = compose.services[name];
  if (!found) throw new Error(`compose.yaml has no service ${name}.`);
  return found;
};
const ours = Object.keys(compose.services).filter((name) => service(name).build);
const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
/** What stands behind an instruction in the last stage of the Dockerfile. */
const instructions = (name: string) =>
  dockerfile
    .slice(dockerfile.findLastIndex((line) => line.startsWith('FROM')))
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1).trim());
const exampleNames = [...read('.env.example').matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name!);

const REQUIRED = { POSTGRES_PASSWORD: 'pgpass', REDIS_PASSWORD: 'redispass' };
/** What compose.yaml decides itself; PORT is the one that it publishes. */
const OWN = [
  'NODE_ENV',
  'HOST',
  'PORT',
  'WORKER_PORT',
  'METRICS_PORT',
  'DATABASE_URL',
  'REDIS_URL',
];

/** The environment of a service's process where `.env` has these lines. */
function environmentOf(name: string, file: Record<string, string>): Record<string, string> {
  const { env_file, environment } = service(name);
  const image = instructions('ENV').flatMap((line) => line.split(' ').map((one) => one.split('=')));
  const own = Object.entries(environment).map(([key, value]) => [
    key,
    interpolated(String(value), file),
  ]);
  return { ...Object.fromEntries(image), ...(env_file ? file : {}), ...Object.fromEntries(own) };
}

/** As Compose does it: ${NAME}, ${NAME:-default}, and ${NAME:?message} for what must be set. */
function interpolated(text: string, file: Record<string, string>): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name, kind, word) => {
    const value = file[name] ?? '';
    if (value === '' && kind === '?') throw new Error(`required variable ${name}: ${word}`);
    return value === '' && kind === '-' ? word : value;
  });
}

describe('compose.yaml', () => {
  test('lets every setting of .env.example reach every process', () => {
    expect(exampleNames.length).toBeGreaterThan(60);
    expect(ours).toEqual(['api', 'worker', 'migrate']);
    for (const name of ours)
      for (const setting of exampleNames.filter((one) => !OWN.includes(one))) {
        const file = { ...REQUIRED, [setting]: 'given in .env' };
        expect([name, setting, environmentOf(name, file)[setting]]).toEqual([
          name,
          setting,
          'given in .env',
        ]);
      }
  });

  test('decides where the processes listen and what they use, whatever is in .env', () => {
    const file = { ...REQUIRED, ...Object.fromEntries(OWN.map((name) => [name, 'from .env'])) };
    for (const name of ours)
      expect(environmentOf(name, file)).toMatchObject({
        NODE_ENV: 'production',
        HOST: '0.0.0.0',
        PORT: '4000',
        WORKER_PORT: '4000',
        DATABASE_URL: 'postgresql://sheaf:pgpass@postgres:5432/sheaf',
        REDIS_URL: 'redis://:redispass@redis:6379',
      });
  });

  test('asks for the passwords that its head makes, and .env.example lists all of them', () => {
    const names = [...read('compose.yaml').matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name!);
    expect(names).toEqual(expect.arrayContaining(Object.keys(REQUIRED)));
    for (const name of names) expect(exampleNames).toContain(name);
    for (const missing of Object.keys(REQUIRED))
      expect(() => environmentOf('api', { ...REQUIRED, [missing]: '' })).toThrow(missing);
    const made = /for name in ([A-Z_ ]+); do/.exec(read('compose.yaml'))?.[1]?.split(' ');
    expect(made).toEqual([...Object.keys(REQUIRED), 'AUTH_SECRET', 'ENCRYPTION_KEY']);
  });

  test('publishes one port, on this machine only, which is the one that the API listens on', () => {
    const published = (file: Record<string, string>) =>
      service('api').ports.map((one) => interpolated(one, file));
    expect(published({})).toEqual(['127.0.0.1:4000:4000']);
    expect(published({ PORT: '4300' })).toEqual(['127.0.0.1:4300:4000']);
    expect(instructions('EXPOSE')).toEqual(['4000']);
    const others = Object.keys(compose.services).filter((name) => name !== 'api');
    for (const name of others) expect([name, service(name).ports]).toEqual([name, []]);
  });

  test('starts a service once what it depends on is healthy or done', () => {
    for (const name of Object.keys(compose.services))
      for (const [other, { condition }] of Object.entries(service(name).depends_on)) {
        const check = service(other).healthcheck;
        const healthy = ours.includes(other) ? check === undefined : check && 'test' in check;
        expect([name, other, condition === 'service_healthy' ? Boolean(healthy) : true]).toEqual([
          name,
          other,
          true,
        ]);
      }
    expect(service('migrate').restart).toBe('on-failure');
    expect(service('api').depends_on['migrate']).toEqual({
      condition: 'service_completed_successfully',
    });
  });
});

describe('the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-image-'));
  let database: TestDatabase;

  beforeAll(async () => {
    const copied = instructions('COPY').filter((line) => !line.startsWith('--from'));
    const letThrough = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    for (const line of copied) {
      const [source, target] = line.split(' ');
      expect(letThrough).toContain(`!${source}`);
      const path = target!.endsWith('/') ? join(target!, basename(source!)) : target!;
      cpSync(join(PROJECT, source!), join(folder, path), { recursive: true });
    }
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** With the environment of compose.yaml, but for the addresses, which lead to the test's own. */
  async function environmentHere(name: string) {
    const { REDIS_URL: _none, ...rest } = environmentOf(name, {
      ...REQUIRED,
      AUTH_SECRET: 'a secret that only these tests know of',
    });
    const port = String(await freePort());
    const here = { HOST: '127.0.0.1', PORT: port, WORKER_PORT: port, METRICS_PORT: '0' };
    return { PATH: process.env['PATH'], ...rest, ...here, DATABASE_URL: database.url };
  }

  test.each(['api', 'worker'])(
    'holds all that the %s needs, and its health check sees it',
    async (name) => {
      const env = await environmentHere(name);
      const [entry, flags] = [instructions('ENTRYPOINT'), instructions('CMD')].map(([list]) =>
        z.array(z.string()).parse(JSON.parse(list!)),
      );
      const [node, ...options] = entry!;
      expect(node).toBe('node');
      const child = spawn(process.execPath, [...options, ...(service(name).command ?? flags!)], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      let faults = '';
      child.stdout.on('data', (chunk) => {
        output += String(chunk);
      });
      child.stderr.on('data', (chunk) => {
        faults += String(chunk);
      });
      await eventually('the process listens', () => {
        if (child.exitCode !== null) throw new Error(`The process ended: ${faults}`);
        return output.includes('listening');
      });
      expect(await healthCheck(env)).toBe(0);
      expect(
        output
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toContainEqual(
        expect.objectContaining({ msg: 'listening', url: `http://127.0.0.1:${env.PORT}` }),
      );
      child.kill('SIGTERM');
      await once(child, 'exit');
      expect(child.exitCode).toBe(0);
      expect(await healthCheck(env)).toBe(1);
    },
  );

  test('migrates an empty database', async () => {
    const empty = await createTestDatabase('template0');
    const env = { ...(await environmentHere('migrate')), DATABASE_URL: empty.url };
    const [command] = service('migrate').command ?? [];
    const child = spawn(process.execPath, [command!], { cwd: folder, env, stdio: 'ignore' });
    await once(child, 'exit');
    await empty.drop();
    expect(child.exitCode).toBe(0);
  });

  /** Runs the health check of the Dockerfile; resolves to its exit code. */
  async function healthCheck(env: NodeJS.ProcessEnv): Promise<number | null> {
    const [line] = instructions('HEALTHCHECK');
    const [node, ...args] = z.array(z.string()).parse(JSON.parse(line!.split(' CMD ')[1]!));
    expect(node).toBe('node');
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
    await once(child, 'exit');
    return child.exitCode;
  }
});
