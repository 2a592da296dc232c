/**
 * Contacts by what became of a campaign's message to them. Campaigns are a later domain: it gives
 * the condition, by defineCampaignOutcome.
 */
import type { RawBuilder } from 'kysely';
import { z } from 'zod';
import { type Given, givenId } from '../../platform/input.ts';

/** How far a message has got, in order. */
export const MESSAGE_STATUSES = ['QUEUED', 'SENT', 'DELIVERED', 'READ', 'FAILED'] as const;
/** One of MESSAGE_STATUSES. */
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** What a filter says about a campaign's message. */
export const CampaignOutcomeFilter = z
  .object({
    campaignId: givenId().describe('Whose messages are looked at.'),
    status: z
      .array(z.enum(MESSAGE_STATUSES))
      .nullish()
      .describe(
        'Contacts whose message is in one of these states now: one that was read is READ and no longer DELIVERED. An empty list finds nobody.',
      ),
    replied: z
      .boolean()
      .nullish()
      .describe(
        'True: contacts who replied to their message; false: those who got one and did not.',
      ),
  })
  .describe(
    'What became of the message of a campaign. With the campaign alone: the contacts in it, also before it is launched.',
  );

/** A checked filter. */
export interface CampaignOutcome {
  campaignId: string;
  status: Given<typeof CampaignOutcomeFilter>['status'];
  replied: boolean | null | undefined;
}

let conditionOf: ((outcome: CampaignOutcome) => RawBuilder<boolean>) | null = null;

/** Sets the condition on `contact` that a filter stands for. Call it once, when the domain is loaded. */
export function defineCampaignOutcome(condition: typeof conditionOf): void {
  conditionOf = condition;
}

/** The condition on `contact` that a filter stands for. */
export function hasOutcome(outcome: CampaignOutcome): RawBuilder<boolean> {
  if (conditionOf === null) throw new Error('No domain has defined what campaigns did.');
  return conditionOf(outcome);
}
