/**
 * Asks an OpenAI-compatible endpoint (POST {AI_API_URL}/chat/completions) for an answer that fits a
 * JSON schema. Answers are cached by service, method and a hash of all that is sent; while a call
 * is under way, others with the same key wait for its answer.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { unlessAborted } from '../platform/aborts.ts';
import { backoffMs } from '../platform/backoff.ts';
import { HttpClient } from '../platform/http-client.ts';
import { type Platform, perProcess } from '../platform/platform.ts';
import { delay, SECOND } from '../platform/time.ts';

/** What the AI is asked, and the schema of its answer. */
export interface Question<Answer> {
  /** Names the JSON schema, and the method by which answers are cached. */
  name: string;
  instructions: string;
  /** The data that the question is about. */
  content: object;
  /** The JSON schema that is sent to the endpoint. */
  schema: object;
  /** The schema that an answer must fit, even if the endpoint ignores the one it was sent. */
  answer: z.ZodType<Answer>;
}

const ATTEMPTS = 3;
const PAUSES = { firstMs: SECOND / 2, factor: 4, random: 0.5 };
/** The share of a step's time that asking may take; the rest is for going on without an answer. */
const SHARE_OF_TIME = 0.8;

interface Connection {
  client: HttpClient;
  answers: ReturnType<Platform['caches']['create']>;
}

const connection = perProcess(
  ({ caches, config }): Connection => ({
    // The operator chose the address; a model may well run beside this server.
    client: new HttpClient({ reach: 'any' }),
    answers: caches.create<object>({
      name: 'ai',
      ttlMs: config.AI_RESPONSE_CACHE_TTL_MS,
      revive: (json) => json as object,
    }),
  }),
  ({ client }) => client.close(),
);

const Completion = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
});

/**
 * The answer; null if none fits after three attempts or 80 % of `timeoutMs`. Rejects with the
 * signal's reason when it aborts.
 */
export async function askAi<Answer extends object>(
  platform: Platform,
  question: Question<Answer>,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<Answer | null> {
  const { AI_API_URL: url = '', AI_MODEL: model } = platform.config;
  const { name, instructions, content, schema } = question;
  const body = JSON.stringify({
    model,
    temperature: 0,
    messages: [
      { role: 'system', content: instructions },
      { role: 'user', content: JSON.stringify(content) },
    ],
    response_format: { type: 'json_schema', json_schema: { name, strict: true, schema } },
  });
  const key = `${url}:${name}:${createHash('sha256').update(body).digest('base64url')}`;
  const deadline = Date.now() + timeoutMs * SHARE_OF_TIME;
  const asked = connection(platform).answers.get(key, () =>
    askRepeatedly(platform, question, { body, deadline }),
  );
  const answer = await unlessAborted(asked, signal);
  // The shared cache may hold an answer that another release put there.
  const parsed = question.answer.safeParse(answer);
  return parsed.success ? parsed.data : null;
}

interface Asking {
  body: string;
  deadline: number;
}

/** Does not take the first caller's signal: others may be waiting for the same answer. */
async function askRepeatedly<Answer extends object>(
  platform: Platform,
  question: Question<Answer>,
  { body, deadline }: Asking,
): Promise<Answer | null> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const left = deadline - Date.now();
    if (left <= 0) break;
    try {
      return await askOnce(platform, question, {
        body,
        timeoutMs: Math.min(left, platform.config.AI_TIMEOUT_MS),
      });
    } catch (error) {
      const last = error instanceof AiError && !error.retry;
      platform.log.warn(
        { attempt, reason: error instanceof Error ? error.message : String(error) },
        'the AI gave no usable answer',
      );
      if (last) break;
      if (attempt < ATTEMPTS)
        await delay(Math.min(backoffMs(attempt, PAUSES), deadline - Date.now()), platform.stopping);
    }
  }
  return null;
}

class AiError extends Error {
  readonly retry: boolean;

  constructor(message: string, { retry }: { retry: boolean }) {
    super(message);
    this.name = 'AiError';
    this.retry = retry;
  }
}

async function askOnce<Answer>(
  platform: Platform,
  question: Question<Answer>,
  { body, timeoutMs }: { body: string; timeoutMs: number },
): Promise<Answer> {
  const { AI_API_URL: url = '', AI_API_KEY: apiKey } = platform.config;
  const headers = {
    'content-type': 'application/json',
    ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
  };
  const answer = await connection(platform).client.send(
    `${url.replace(/\/$/, '')}/chat/completions`,
    {
      method: 'POST',
      headers,
      body,
      timeoutMs,
      signal: platform.stopping,
    },
  );
  if (answer.status !== 200) {
    const retry = answer.status === 408 || answer.status === 429 || answer.status >= 500;
    throw new AiError(`It responded with status ${answer.status}.`, { retry });
  }
  const [choice] = Completion.parse(JSON.parse(answer.body.toString('utf8'))).choices;
  if (choice?.message.refusal != null) throw new AiError('It refused to answer.', { retry: false });
  if (choice?.finish_reason === 'length' || choice?.finish_reason === 'content_filter')
    throw new AiError(`Its answer was cut off (${choice.finish_reason}).`, { retry: false });
  return question.answer.parse(JSON.parse(choice?.message.content ?? ''));
}
