/** Figures of all contacts of a tenant, in the API. */
import { builder } from '../schema-builder/builder.ts';
import { ANALYSIS_WEIGHT, weighs } from '../schema-builder/weights.ts';
import {
  type ContactAnalytics,
  contactAnalytics,
  type IndustryBucket,
  type WarmnessBucket,
} from './analytics.ts';

const WarmnessBucketType = builder.objectRef<WarmnessBucket>('WarmnessBucket').implement({
  fields: (t) => ({ score: t.exposeInt('score'), contacts: t.exposeInt('contacts') }),
});

const IndustryBucketType = builder.objectRef<IndustryBucket>('IndustryBucket').implement({
  fields: (t) => ({
    industry: t.exposeString('industry', { nullable: true }),
    organizations: t.exposeInt('organizations'),
    contacts: t.exposeInt('contacts'),
    averageWarmness: t.exposeFloat('averageWarmness', { nullable: true }),
  }),
});

const ContactAnalyticsType = builder.objectRef<ContactAnalytics>('ContactAnalytics').implement({
  fields: (t) => ({
    contacts: t.exposeInt('contacts'),
    withOrganization: t.exposeInt('withOrganization'),
    warmness: t.expose('warmness', { type: [WarmnessBucketType] }),
    industries: t.expose('industries', { type: [IndustryBucketType] }),
  }),
});

builder.queryFields((t) => ({
  contactAnalytics: t.field({
    ...weighs(ANALYSIS_WEIGHT),
    type: ContactAnalyticsType,
    resolve: (_root, _args, { platform, viewer }) => contactAnalytics(platform, viewer),
  }),
}));
