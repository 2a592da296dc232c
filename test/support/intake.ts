/**
 * Clients and answers for tests that need some: whatever the questions are, the answers fit them.
 */
import type { TestUser } from './server.ts';

export interface AskedQuestion {
  key: string;
  kind: string;
  required: boolean;
  options: string[];
  min: number | null;
  max: number | null;
}

const QUESTIONS =
  'query ($type: ClientType!) { intakePath(clientType: $type) { packetTypes blocks { isActive questions { key kind required options min max } } } }';

/** What a type of client is asked. */
async function questionsOf(user: TestUser, clientType = 'INDIVIDUAL'): Promise<AskedQuestion[]> {
  const { data } = await user.run(QUESTIONS, { type: clientType });
  return data.intakePath.blocks
    .filter((block: any) => block.isActive)
    .flatMap((block: any) => block.questions);
}

/** An answer that fits. */
function answerTo({ kind, options, min, max }: AskedQuestion): unknown {
  if (kind === 'NUMBER') return min ?? max ?? 1;
  if (kind === 'BOOLEAN') return true;
  if (kind === 'DATE') return '1990-05-17';
  if (kind === 'SINGLE_CHOICE') return options[0];
  return kind === 'MULTIPLE_CHOICE' ? options.slice(0, 2) : 'Some words';
}

/** Answers to all questions of a type of client, or to the required ones only. */
export async function answersFor(
  user: TestUser,
  clientType = 'INDIVIDUAL',
  { optional = true } = {},
): Promise<Record<string, unknown>> {
  const questions = await questionsOf(user, clientType);
  return Object.fromEntries(
    questions
      .filter((question) => optional || question.required)
      .map((question) => [question.key, answerTo(question)]),
  );
}

/**
 * A template body that no renderer finishes: it goes over the limit of memory at once, and so uses
 * up no time.
 */
export const ENDLESS = '{% for a in (1..1000000000) %}{{ a }}{% endfor %}';
