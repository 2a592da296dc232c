/** The sentences that the demo's articles, personas, mails and slides are made of. */
import type { Random } from '../random.ts';

/** What a text is about. */
export interface Subject {
  company: string;
  /** For the middle of a sentence, such as 'brand refresh'. */
  topic: string;
}

const HEADINGS = [
  'Where we started',
  'What customers told us',
  'The decision behind it',
  'What changes, and what stays',
  'How the team works now',
  'Small steps first',
  'What it takes',
  'What we would do again',
  'A question of timing',
  'Looking at the figures',
  'The next three months',
  'Who is involved',
] as const;

const SENTENCES = [
  'When {company} began its {topic}, nobody in the room agreed on what the company should be known for.',
  'Twelve conversations with customers changed that within two weeks.',
  'People do not compare features; they compare how sure they feel after the first five minutes.',
  'So the team wrote down what a new customer needs to know, and in which order.',
  'Everything else went to a second page, or away.',
  'The first draft was too long, and the second one was too careful.',
  'What worked in the end was the plain version that the support team had been using all along.',
  'A good {topic} is less a project with an end than a habit with a calendar.',
  'At {company}, one person now owns each page, and everybody can see when it was last read through.',
  'The figures are modest and steady: more people finish reading, and fewer ask what was meant.',
  'Nothing of this needs a large budget, but all of it needs somebody who decides.',
  'We tried three openings on real visitors, and the shortest one won by a wide margin.',
  'It helps to say early what will not be done.',
  'Sales and marketing looked at the same list for the first time, and found half of it twice.',
  'A customer of nine years said that the new words finally describe what she had been buying.',
  'The pictures came last, once it was clear what they had to show.',
  'If a sentence could stand on a competitor’s page as well, it was cut.',
  'For {company} the hardest part of the {topic} was to leave out what was only there because it had always been there.',
  'Two rounds of feedback are enough; a third one mostly undoes the first.',
  'Every change was made small enough that it could be taken back the same day.',
  'On mobile phones, the difference is easiest to see.',
  'Now there is a short checklist, and it is used because it fits on one screen.',
  'We measure three things only, and look at them every Monday.',
  'The next step is to bring partners in, with material that they can adapt themselves.',
  'That sounds obvious, and still it took a workshop, two drafts and a long walk to get there.',
  'Whoever writes for {company} from now on starts from the same page.',
] as const;

const GOALS = [
  'Answer customers’ questions without asking three colleagues',
  'Show the board what marketing brings in',
  'Spend less time on reports, more with customers',
  'Launch on the promised date',
  'Find a partner who thinks ahead',
  'Keep one voice over all channels',
  'Grow without hiring at once',
  'Make the next renewal a matter of course',
] as const;

const PAIN_POINTS = [
  'Figures come from four tools and never agree',
  'Approvals take longer than the work',
  'Past agencies disappeared after the launch',
  'Nobody owns the website',
  'Every department has its own logo file',
  'Mails land in the promotions folder',
  'The budget is decided before the plan',
  'Good stories never leave the sales team',
] as const;

const ROLES = [
  'Marketing director',
  'Founder',
  'Head of operations',
  'Purchasing manager',
  'Team lead',
  'Returning customer',
  'First-time buyer',
  'Office manager',
] as const;

/** Writes one text. No sentence is repeated before all of them have been used once. */
export class Writer {
  readonly random: Random;
  readonly subject: Subject;
  readonly #sentences: readonly string[];
  #used = 0;

  constructor(random: Random, subject: Subject) {
    this.random = random;
    this.subject = subject;
    this.#sentences = random.shuffle(SENTENCES);
  }

  /** The next sentence, about the subject. */
  sentence(): string {
    const sentence = this.#sentences[this.#used % this.#sentences.length] ?? '';
    this.#used += 1;
    return sentence
      .replaceAll('{company}', this.subject.company)
      .replaceAll('{topic}', this.subject.topic);
  }

  /** `min` to `max` sentences. */
  paragraph(min: number, max = min): string {
    return Array.from({ length: this.random.whole(min, max) }, () => this.sentence()).join(' ');
  }
}

/** Sections with headings, in Markdown. */
export function sections(writer: Writer, count: number): string {
  return writer.random
    .sample(HEADINGS, count)
    .map((heading) => `## ${heading}\n\n${writer.paragraph(2, 4)}\n\n${writer.paragraph(1, 3)}`)
    .join('\n\n');
}

/** Slides with a heading, points, and sometimes notes for the speaker. */
export function slides(
  writer: Writer,
  title: string,
): { heading: string; body: string; notes?: string }[] {
  const content = writer.random.sample(HEADINGS, writer.random.whole(4, 8)).map((heading) => {
    const body = Array.from(
      { length: writer.random.whole(2, 3) },
      () => `- ${writer.sentence()}`,
    ).join('\n');
    return writer.random.chance(0.4)
      ? { heading, body, notes: writer.paragraph(1, 2) }
      : { heading, body };
  });
  return [
    { heading: title, body: `For ${writer.subject.company}` },
    ...content,
    { heading: 'Questions', body: 'What did we miss?' },
  ];
}

/** The columns of a persona. */
export function personaContent(writer: Writer) {
  const { random, subject } = writer;
  const role = random.pick(ROLES);
  const narrative = `${role} who meets ${subject.company} for the first time. ${writer.paragraph(3, 4)}\n\n${writer.paragraph(4, 6)}`;
  return {
    role,
    goals: random.sample(GOALS, random.whole(2, 4)),
    painPoints: random.sample(PAIN_POINTS, random.whole(2, 4)),
    narrative,
  };
}

/** The columns of a mail template. */
export function templateContent(writer: Writer, title: string) {
  const { random, subject } = writer;
  const link = random.pick(['{{ call_to_action_url }}', '{{ booking_url }}', '{{ account_url }}']);
  const greeting = random.pick([
    'Hello {{ first_name }},',
    'Dear {{ first_name }} {{ last_name }},',
    'Good morning {{ first_name | default: "there" }},',
  ]);
  const signature = `Best wishes\n{{ sender_name }}, ${subject.company}`;
  const body = [
    greeting,
    writer.paragraph(2),
    writer.paragraph(2, 3),
    `See for yourself: ${link}`,
    signature,
    'Not for you? {{ unsubscribe_url }}',
  ].join('\n\n');
  return { subject: `${title}: news from ${subject.company}`, body };
}
