/** Figures of all contacts of a tenant, in the API. */
import { builder } from '../schema-builder/builder.ts';
import { ANALYSIS_WEIGHT, weighs } from '../schema-builder/weights.ts';
import {
  type ContactAnalytics,
  contactAnalytics,
  type IndustryBucket,
  MAX_INDUSTRIES,
  type WarmnessBucket,
} from './analytics.ts';

const WarmnessBucketType = builder.objectRef<WarmnessBucket>('WarmnessBucket').implement({
  description: 'How many contacts have one particular warmness score.',
  fields: (t) => ({
    score: t.exposeInt('score', { description: 'The warmness score, 0 (cold) to 10.' }),
    contacts: t.exposeInt('contacts', { description: 'How many contacts have this score.' }),
  }),
});

const IndustryBucketType = builder.objectRef<IndustryBucket>('IndustryBucket').implement({
  description: 'The organizations of an industry, and the people who work for them.',
  fields: (t) => ({
    industry: t.exposeString('industry', {
      nullable: true,
      description: 'The line of business, exactly as entered; null for organizations without one.',
    }),
    organizations: t.exposeInt('organizations', {
      description: 'How many organizations are in this industry.',
    }),
    contacts: t.exposeInt('contacts', {
      description: 'How many contacts work for these organizations.',
    }),
    averageWarmness: t.exposeFloat('averageWarmness', {
      nullable: true,
      description: 'The mean warmness score of these contacts, 0 to 10; null if there are none.',
    }),
  }),
});

const ContactAnalyticsType = builder.objectRef<ContactAnalytics>('ContactAnalytics').implement({
  description: 'Figures of all contacts of your tenant, as they are now.',
  fields: (t) => ({
    contacts: t.exposeInt('contacts', { description: 'How many contacts there are.' }),
    withOrganization: t.exposeInt('withOrganization', {
      description: 'How many of the contacts belong to an organization.',
    }),
    warmness: t.expose('warmness', {
      type: [WarmnessBucketType],
      description: 'The number of contacts by warmness score: eleven entries, from 0 to 10.',
    }),
    industries: t.expose('industries', {
      type: [IndustryBucketType],
      description: `The industries of organizations, the one with the most contacts first; at most ${MAX_INDUSTRIES}.`,
    }),
  }),
});

builder.queryFields((t) => ({
  contactAnalytics: t.field({
    ...weighs(ANALYSIS_WEIGHT),
    description: 'Counts your contacts, by warmness and by the industry of their organizations.',
    type: ContactAnalyticsType,
    resolve: (_root, _args, { platform, viewer }) => contactAnalytics(platform, viewer),
  }),
}));
