/** Campaigns and their messages as GraphQL resolves them: `id` is the global id. */
import { encodeGlobalId } from '../platform/global-id.ts';
import type { NodeOf } from '../schema-builder/nodes.ts';
import type { CampaignMessageRow, CampaignRow } from './rows.ts';

export type CampaignNode = NodeOf<CampaignRow>;
export type CampaignMessageNode = NodeOf<CampaignMessageRow>;

/** Makes a node of a campaign; columns that were not read stay undefined. */
export function campaignNode(row: CampaignRow): CampaignNode {
  return { ...row, id: encodeGlobalId('Campaign', row.id), uuid: row.id };
}

/** Makes a node of a message. */
export function messageNode(row: CampaignMessageRow): CampaignMessageNode {
  return { ...row, id: encodeGlobalId('CampaignMessage', row.id), uuid: row.id };
}
