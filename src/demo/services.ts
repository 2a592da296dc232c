/** What the agencies of the demo data sell: kinds of work packages with their usual phases and tasks. */
import type { ArtifactType } from '../generated/kysely.ts';

export interface Task {
  label: string;
  /** Hours of one piece. */
  hours: number;
  /** Up to how many pieces of it are ordered. */
  pieces: number;
  /** What the work ends in, where that is an artifact. */
  artifact: ArtifactType | null;
}

export interface ServicePhase {
  name: string;
  description: string;
  tasks: readonly Task[];
}

export interface Service {
  title: string;
  description: string;
  /** How texts refer to it. */
  topic: string;
  phases: readonly ServicePhase[];
}

function task(label: string, hours: number, pieces = 1, artifact: ArtifactType | null = null): Task {
  return { label, hours, pieces, artifact };
}

const DISCOVERY: ServicePhase = {
  name: 'Discovery',
  description: 'We learn what the company wants to reach, whom it talks to, and what is there already.',
  tasks: [
    task('Kick-off workshop', 4),
    task('Stakeholder interview', 1.5, 6),
    task('Audit of existing material', 6.5),
    task('Buyer persona', 5, 3, 'PERSONA'),
    task('Competitor review', 7.25),
    task('Findings deck', 4.5, 1, 'DECK'),
  ],
};

const REVIEW: ServicePhase = {
  name: 'Review and handover',
  description: 'We look at the figures together and hand over everything in a form that the team can work with.',
  tasks: [
    task('Results deck', 5, 1, 'DECK'),
    task('Handover session', 2, 2),
    task('Maintenance handbook', 6, 1, 'PAGE'),
    task('Lessons learned', 1.25),
    task('Plan for the next quarter', 4, 1, 'DECK'),
    task('Final invoice check', 0.5),
  ],
};

const BRAND: Service = {
  title: 'Brand refresh',
  description: 'A clearer position, a new look that fits it, and the guide that keeps both together.',
  topic: 'brand refresh',
  phases: [
    DISCOVERY,
    {
      name: 'Positioning',
      description: 'One sentence that everybody in the company would sign, and the story around it.',
      tasks: [
        task('Positioning workshop', 6),
        task('Brand story', 8, 1, 'PAGE'),
        task('Tone of voice guide', 6, 1, 'DECK'),
        task('Tagline proposals', 3.5, 3),
        task('Persona refinement', 2.5, 2, 'PERSONA'),
        task('Message house', 4, 1, 'PAGE'),
      ],
    },
    {
      name: 'Identity design',
      description: 'Logo, colours, type and pictures, tried out on real things.',
      tasks: [
        task('Logo concepts', 16, 3),
        task('Colour and type system', 12),
        task('Brand guide', 14, 1, 'DECK'),
        task('Icon set', 0.75, 24),
        task('Stationery', 5.5),
        task('Presentation master', 6, 1, 'DECK'),
      ],
    },
    {
      name: 'Rollout',
      description: 'The new look goes where customers meet it, all on one day.',
      tasks: [
        task('Announcement article', 4, 1, 'BLOG'),
        task('Customer announcement e-mail', 2.5, 2, 'TEMPLATE'),
        task('Social media profiles', 1, 5),
        task('Brand page', 7, 1, 'PAGE'),
        task('Team training', 3, 2),
        task('Signage check', 2),
      ],
    },
    REVIEW,
  ],
};

const WEBSITE: Service = {
  title: 'Website relaunch',
  description: 'A site that answers what visitors ask, loads fast, and that the team can keep up by itself.',
  topic: 'website relaunch',
  phases: [
    DISCOVERY,
    {
      name: 'Structure and content',
      description: 'What stands where, in which words.',
      tasks: [
        task('Site map', 5),
        task('Landing page copy', 3.5, 6, 'PAGE'),
        task('Wireframe', 2.25, 10),
        task('Editorial guidelines', 4, 1, 'PAGE'),
        task('Keyword research', 6),
        task('Cornerstone article', 5.5, 3, 'BLOG'),
      ],
    },
    {
      name: 'Design',
      description: 'From the first sketch to a library of parts.',
      tasks: [
        task('Design direction', 12, 2),
        task('Page design', 6, 8),
        task('Component library', 18),
        task('Design review deck', 3, 2, 'DECK'),
        task('Accessibility review', 4.5),
        task('Photo selection', 0.1, 80),
      ],
    },
    {
      name: 'Build',
      description: 'The site is built, filled and tested on real phones.',
      tasks: [
        task('Template build', 7.5, 8),
        task('Content migration', 0.25, 60),
        task('Form confirmation e-mail', 1.5, 3, 'TEMPLATE'),
        task('Performance budget', 4),
        task('Browser tests', 6),
        task('Editor training', 2.5, 2),
      ],
    },
    {
      name: 'Launch',
      description: 'The switch, the redirects, and two weeks in which we watch closely.',
      tasks: [
        task('Launch checklist', 2, 1, 'PAGE'),
        task('Redirects', 3),
        task('Launch article', 3.5, 1, 'BLOG'),
        task('Launch newsletter', 2, 1, 'TEMPLATE'),
        task('Go-live', 5),
        task('Two weeks of monitoring', 6),
      ],
    },
    REVIEW,
  ],
};

const LAUNCH: Service = {
  title: 'Product launch',
  description: 'A plan for the weeks around the launch, and all that customers will see in them.',
  topic: 'product launch',
  phases: [
    DISCOVERY,
    {
      name: 'Launch plan',
      description: 'Who hears what, when and where; who does what until then.',
      tasks: [
        task('Launch plan', 10, 1, 'DECK'),
        task('Messaging by audience', 5, 3, 'PAGE'),
        task('Early adopter persona', 4.5, 2, 'PERSONA'),
        task('Press list', 3),
        task('Budget', 2.75),
        task('Risk review', 2),
      ],
    },
    {
      name: 'Campaign material',
      description: 'Everything that is published, mailed or shown.',
      tasks: [
        task('Product page', 8, 2, 'PAGE'),
        task('Teaser e-mail', 2, 3, 'TEMPLATE'),
        task('Product story', 5, 4, 'BLOG'),
        task('Sales deck', 9, 1, 'DECK'),
        task('Social media post', 0.5, 30),
        task('Product video script', 6.5),
      ],
    },
    {
      name: 'Launch week',
      description: 'Five days with one voice.',
      tasks: [
        task('Launch day e-mail', 1.5, 2, 'TEMPLATE'),
        task('Press release', 4, 1, 'BLOG'),
        task('Community management', 2, 5),
        task('Launch event run sheet', 3, 1, 'PAGE'),
        task('Daily report', 0.75, 5),
        task('Press calls', 1, 6),
      ],
    },
    REVIEW,
  ],
};

const CONTENT: Service = {
  title: 'Content programme',
  description: 'A quarter of articles, guides and newsletters that answer what customers ask.',
  topic: 'content programme',
  phases: [
    {
      name: 'Editorial plan',
      description: 'Topics with a reason, owners and dates.',
      tasks: [
        task('Editorial calendar', 6, 1, 'PAGE'),
        task('Reader persona', 4, 2, 'PERSONA'),
        task('Topic research', 5),
        task('Interview with an expert', 1.5, 4),
        task('Style guide', 5.5, 1, 'DECK'),
        task('Figures of last quarter', 2.5),
      ],
    },
    ...['First month', 'Second month', 'Third month'].map((name) => ({
      name,
      description: 'Four weeks of publishing, with a look at the figures at the end.',
      tasks: [
        task('Blog article', 4.5, 4, 'BLOG' as const),
        task('Monthly newsletter', 2.5, 1, 'TEMPLATE' as const),
        task('Guide', 9, 1, 'PAGE' as const),
        task('Customer story', 6, 1, 'BLOG' as const),
        task('Social media post', 0.5, 20),
        task('Monthly figures', 1.5, 1, 'DECK' as const),
      ],
    })),
    REVIEW,
  ],
};

const NURTURE: Service = {
  title: 'E-mail programme',
  description: 'Mails that reach people at the right moment, from the welcome to the renewal.',
  topic: 'e-mail programme',
  phases: [
    {
      name: 'Journey',
      description: 'From the first contact to the renewal: what people need at each step.',
      tasks: [
        task('Journey workshop', 4),
        task('Subscriber persona', 4, 3, 'PERSONA'),
        task('Journey map', 5, 1, 'DECK'),
        task('List audit', 3.25),
        task('Consent check', 2),
        task('Preference page', 3, 1, 'PAGE'),
      ],
    },
    {
      name: 'Templates',
      description: 'The mails themselves, each written, built and tested.',
      tasks: [
        task('Welcome e-mail', 2.5, 3, 'TEMPLATE'),
        task('Onboarding e-mail', 2, 5, 'TEMPLATE'),
        task('Win-back e-mail', 2, 2, 'TEMPLATE'),
        task('Renewal e-mail', 1.75, 3, 'TEMPLATE'),
        task('E-mail design system', 12),
        task('Inbox tests', 0.5, 12),
      ],
    },
    {
      name: 'Sending',
      description: 'Sending begins small, and grows with the answers.',
      tasks: [
        task('Warm-up plan', 2),
        task('Subject line test', 1, 6),
        task('Weekly report', 0.75, 4),
        task('Reply handling', 1.5, 2, 'PAGE'),
        task('Case study', 5, 1, 'BLOG'),
        task('Programme review', 3, 1, 'DECK'),
      ],
    },
  ],
};

export const SERVICES: readonly Service[] = [BRAND, WEBSITE, LAUNCH, CONTENT, NURTURE];
