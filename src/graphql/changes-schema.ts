/** `changed`: which kinds of data have changed, for clients that ask again themselves. */
import { ALL_KINDS, type Kind } from '../platform/database/kinds.ts';
import { versionOf } from '../platform/database/versions.ts';
import { RequestError } from '../platform/errors.ts';
import { liveTopics } from '../platform/platform.ts';
import { KIND_RAISED } from '../platform/pubsub/kind-notices.ts';
import type { Versioned } from '../platform/pubsub/live-topics.ts';
import { builder } from '../schema-builder/builder.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { MergedEvents } from './merged-events.ts';

const DataKind = enumOf('DataKind', ALL_KINDS, {
  description: 'A kind of data of your tenant, whose changes are counted together.',
  values: {
    ARTIFACTS: 'Blogs, personas, templates, decks and pages.',
    CAMPAIGN_FIGURES: 'What is counted of campaigns.',
    CAMPAIGNS: 'Campaigns with their templates and audiences, and WhatsApp numbers.',
    CLIENTS: 'Clients and their answers.',
    CONSENT: 'Whether people want campaign messages, and by what WhatsApp knows them.',
    CONTACTS: 'Contacts with their activities and deals.',
    CRM: 'The connection to the CRM, and its syncs.',
    EXECUTIONS: 'Executions of workflows with their steps and figures.',
    IMPORTS: 'Uploaded files of contacts, and imports and exports of them.',
    INTAKE_CATALOG: 'Questions, intake paths and packet templates.',
    MAINTENANCE: 'Properties, assets, technicians and maintenance requests.',
    NOTIFICATIONS: 'The notifications of all users.',
    ORGANIZATIONS: 'Organizations with their figures.',
    PACKETS: 'Packets of clients.',
    USERS: 'The people who may sign in, with their roles.',
    WORK_PACKAGES: 'Work packages with their phases, items and collateral.',
    WORKFLOWS: 'Workflows and their definitions.',
  },
});

interface KindState extends Versioned {
  id: Kind;
}

const kinds = liveTopics<KindState>(({ database }) => {
  const read = async (tenantId: string, ids: string[]) => {
    const wanted = ALL_KINDS.filter((kind) => ids.includes(kind));
    const versions = await database.versions.read(tenantId, {
      ...{ kinds: wanted, epochs: [], packages: [] },
    });
    // What has never changed is at version 1, since states are sent from 1 on.
    return wanted.map((id) => ({ id, version: versionOf(id, versions) + 1 }));
  };
  return { topic: KIND_RAISED, read, readVersions: read };
});

const KindChange = builder.objectRef<KindState>('KindChange').implement({
  description: 'How often a kind of data has changed.',
  fields: (t) => ({
    kind: t.field({ description: 'What has changed.', type: DataKind, resolve: ({ id }) => id }),
    version: t.exposeFloat('version', {
      description: 'A whole number that rises with every change of this kind in your tenant.',
    }),
  }),
});

builder.subscriptionField('changed', (t) =>
  t.field({
    description:
      'The version of each of these kinds now, then each time it has risen: ask again for what you show of it. Changes that follow each other fast may come as one.',
    type: KindChange,
    args: {
      kinds: t.arg({
        type: [DataKind],
        required: true,
        description: 'What to follow, at least one kind.',
      }),
    },
    subscribe: async (_root, args, { platform, viewer }) => {
      const wanted = [...new Set(args.kinds)];
      if (wanted.length === 0)
        throw new RequestError('BAD_USER_INPUT', 'kinds: expected at least one kind.');
      const states = await Promise.all(
        wanted.map((kind) => kinds(platform).subscribe(viewer.tenantId, kind)),
      );
      return new MergedEvents(states.filter((state) => state !== null));
    },
    resolve: (state) => state,
  }),
);
