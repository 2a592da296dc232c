/** What the demo's agencies sell: kinds of work packages with their usual phases and tasks. */
import type { ArtifactType } from '../../../generated/kysely.ts';

/** A task that becomes an item of a package. */
export interface Task {
  label: string;
  /** Hours for one piece. */
  hours: number;
  /** The largest number of pieces that is ordered. */
  pieces: number;
  /** The type of artifact that the work ends in; null if it ends in none. */
  artifact: ArtifactType | null;
}

/** A phase and its tasks, in their usual order. */
export interface ServicePhase {
  name: string;
  description: string;
  tasks: readonly Task[];
}

/** A kind of work package. */
export interface Service {
  title: string;
  description: string;
  /** What texts call it, in the middle of a sentence. */
  topic: string;
  phases: readonly ServicePhase[];
}

function task(label: string, hours: number, pieces = 1): Task {
  return { label, hours, pieces, artifact: null };
}

function makes(artifact: ArtifactType, work: Task): Task {
  return { ...work, artifact };
}

const DISCOVERY: ServicePhase = {
  name: 'Discovery',
  description:
    'We learn what the company wants to reach, whom it talks to, and what is there already.',
  tasks: [
    task('Kick-off workshop', 4),
    task('Stakeholder interview', 1.5, 6),
    task('Audit of existing material', 6.5),
    makes('PERSONA', task('Buyer persona', 5, 3)),
    task('Competitor review', 7.25),
    makes('DECK', task('Findings deck', 4.5)),
  ],
};

const REVIEW: ServicePhase = {
  name: 'Review and handover',
  description:
    'We look at the figures together and hand over everything in a form that the team can work with.',
  tasks: [
    makes('DECK', task('Results deck', 5)),
    task('Handover session', 2, 2),
    makes('PAGE', task('Maintenance handbook', 6)),
    task('Lessons learned', 1.25),
    makes('DECK', task('Plan for the next quarter', 4)),
    task('Final invoice check', 0.5),
  ],
};

const BRAND: Service = {
  title: 'Brand refresh',
  description:
    'A clearer position, a new look that fits it, and the guide that keeps both together.',
  topic: 'brand refresh',
  phases: [
    DISCOVERY,
    {
      name: 'Positioning',
      description:
        'One sentence that everybody in the company would sign, and the story around it.',
      tasks: [
        task('Positioning workshop', 6),
        makes('PAGE', task('Brand story', 8)),
        makes('DECK', task('Tone of voice guide', 6)),
        task('Tagline proposals', 3.5, 3),
        makes('PERSONA', task('Persona refinement', 2.5, 2)),
        makes('PAGE', task('Message house', 4)),
      ],
    },
    {
      name: 'Identity design',
      description: 'Logo, colours, type and pictures, tried out on real things.',
      tasks: [
        task('Logo concepts', 16, 3),
        task('Colour and type system', 12),
        makes('DECK', task('Brand guide', 14)),
        task('Icon set', 0.75, 24),
        task('Stationery', 5.5),
        makes('DECK', task('Presentation master', 6)),
      ],
    },
    {
      name: 'Rollout',
      description: 'The new look goes where customers meet it, all on one day.',
      tasks: [
        makes('BLOG', task('Announcement article', 4)),
        makes('TEMPLATE', task('Customer announcement e-mail', 2.5, 2)),
        task('Social media profiles', 1, 5),
        makes('PAGE', task('Brand page', 7)),
        task('Team training', 3, 2),
        task('Signage check', 2),
      ],
    },
    REVIEW,
  ],
};

const WEBSITE: Service = {
  title: 'Website relaunch',
  description:
    'A site that answers what visitors ask, loads fast, and that the team can keep up by itself.',
  topic: 'website relaunch',
  phases: [
    DISCOVERY,
    {
      name: 'Structure and content',
      description: 'What stands where, in which words.',
      tasks: [
        task('Site map', 5),
        makes('PAGE', task('Landing page copy', 3.5, 6)),
        task('Wireframe', 2.25, 10),
        makes('PAGE', task('Editorial guidelines', 4)),
        task('Keyword research', 6),
        makes('BLOG', task('Cornerstone article', 5.5, 3)),
      ],
    },
    {
      name: 'Design',
      description: 'From the first sketch to a library of parts.',
      tasks: [
        task('Design direction', 12, 2),
        task('Page design', 6, 8),
        task('Component library', 18),
        makes('DECK', task('Design review deck', 3, 2)),
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
        makes('TEMPLATE', task('Form confirmation e-mail', 1.5, 3)),
        task('Performance budget', 4),
        task('Browser tests', 6),
        task('Editor training', 2.5, 2),
      ],
    },
    {
      name: 'Launch',
      description: 'The switch, the redirects, and two weeks in which we watch closely.',
      tasks: [
        makes('PAGE', task('Launch checklist', 2)),
        task('Redirects', 3),
        makes('BLOG', task('Launch article', 3.5)),
        makes('TEMPLATE', task('Launch newsletter', 2)),
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
        makes('DECK', task('Launch plan', 10)),
        makes('PAGE', task('Messaging by audience', 5, 3)),
        makes('PERSONA', task('Early adopter persona', 4.5, 2)),
        task('Press list', 3),
        task('Budget', 2.75),
        task('Risk review', 2),
      ],
    },
    {
      name: 'Campaign material',
      description: 'Everything that is published, mailed or shown.',
      tasks: [
        makes('PAGE', task('Product page', 8, 2)),
        makes('TEMPLATE', task('Teaser e-mail', 2, 3)),
        makes('BLOG', task('Product story', 5, 4)),
        makes('DECK', task('Sales deck', 9)),
        task('Social media post', 0.5, 30),
        task('Product video script', 6.5),
      ],
    },
    {
      name: 'Launch week',
      description: 'Five days with one voice.',
      tasks: [
        makes('TEMPLATE', task('Launch day e-mail', 1.5, 2)),
        makes('BLOG', task('Press release', 4)),
        task('Community management', 2, 5),
        makes('PAGE', task('Launch event run sheet', 3)),
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
        makes('PAGE', task('Editorial calendar', 6)),
        makes('PERSONA', task('Reader persona', 4, 2)),
        task('Topic research', 5),
        task('Interview with an expert', 1.5, 4),
        makes('DECK', task('Style guide', 5.5)),
        task('Figures of last quarter', 2.5),
      ],
    },
    ...['First month', 'Second month', 'Third month'].map((name) => ({
      name,
      description: 'Four weeks of publishing, with a look at the figures at the end.',
      tasks: [
        makes('BLOG', task('Blog article', 4.5, 4)),
        makes('TEMPLATE', task('Monthly newsletter', 2.5)),
        makes('PAGE', task('Guide', 9)),
        makes('BLOG', task('Customer story', 6)),
        task('Social media post', 0.5, 20),
        makes('DECK', task('Monthly figures', 1.5)),
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
        makes('PERSONA', task('Subscriber persona', 4, 3)),
        makes('DECK', task('Journey map', 5)),
        task('List audit', 3.25),
        task('Consent check', 2),
        makes('PAGE', task('Preference page', 3)),
      ],
    },
    {
      name: 'Templates',
      description: 'The mails themselves, each written, built and tested.',
      tasks: [
        makes('TEMPLATE', task('Welcome e-mail', 2.5, 3)),
        makes('TEMPLATE', task('Onboarding e-mail', 2, 5)),
        makes('TEMPLATE', task('Win-back e-mail', 2, 2)),
        makes('TEMPLATE', task('Renewal e-mail', 1.75, 3)),
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
        makes('PAGE', task('Reply handling', 1.5, 2)),
        makes('BLOG', task('Case study', 5)),
        makes('DECK', task('Programme review', 3)),
      ],
    },
  ],
};

/** All that the agencies sell. */
export const SERVICES: readonly Service[] = [BRAND, WEBSITE, LAUNCH, CONTENT, NURTURE];
