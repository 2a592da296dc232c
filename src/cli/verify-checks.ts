/**
 * What must hold in every database of Sheaf, whatever was done to it. Each check is a query for what
 * does not: an id, or two numbers that should be the same. All run in one snapshot, so that
 * changes that are made meanwhile don't matter.
 */

/** A sentence that must be true, and the rows that say where it is not, as text. */
export interface Check {
  holds: string;
  /** Selects one column, `wrong`. */
  exceptions: string;
  /** A table that only exists once a process has run; without it there is nothing to check. */
  needs?: string;
}

const QUEUES = 'pgboss.job';

/** Kept figures are what a count of their rows gives. */
const FIGURES: Check[] = [
  {
    holds: 'Organizations keep the number, warmth and newest activity of their contacts',
    exceptions: `select format('organization %s: %s contacts, %s counted', o.id, o."contactCount", count(c.id)) as wrong
      from organization o left join contact c on c."tenantId" = o."tenantId" and c."organizationId" = o.id
      group by o."tenantId", o.id
      having o."contactCount" <> count(c.id) or o."warmnessSum" <> coalesce(sum(c."warmnessScore"), 0)
        or o."lastActivityAt" is distinct from max(c."lastActivityAt")`,
  },
  {
    holds: 'Work packages keep the numbers of their phases and items, and their hours',
    exceptions: `select format('work package %s: %s items, %s counted', w.id, w."itemCount", count(i.id)) as wrong
      from work_package w
        left join work_package_phase p on p."tenantId" = w."tenantId" and p."workPackageId" = w.id
        left join work_package_item i on i."tenantId" = p."tenantId" and i."phaseId" = p.id
      group by w."tenantId", w.id
      having w."phaseCount" <> count(distinct p.id) or w."itemCount" <> count(i.id)
        or w."totalEstimatedHours" <> coalesce(sum(i.quantity * i."estimatedHoursEach"), 0)`,
  },
  {
    holds: 'Phases keep the number of their items, and their hours',
    exceptions: `select format('phase %s: %s items, %s counted', p.id, p."itemCount", count(i.id)) as wrong
      from work_package_phase p left join work_package_item i on i."tenantId" = p."tenantId" and i."phaseId" = p.id
      group by p."tenantId", p.id
      having p."itemCount" <> count(i.id) or p."totalEstimatedHours" <> coalesce(sum(i.quantity * i."estimatedHoursEach"), 0)`,
  },
  {
    holds: 'Campaigns that have not started keep the number of their contacts',
    exceptions: `select format('campaign %s: %s contacts, %s counted', c.id, c."contactCount", count(k."campaignId")) as wrong
      from campaign c left join campaign_contact k on k."tenantId" = c."tenantId" and k."campaignId" = c.id
      where c."startedAt" is null group by c."tenantId", c.id having c."contactCount" <> count(k."campaignId")`,
  },
  {
    // Events that have been dropped can't be counted again; those that wait are not counted yet.
    holds: 'Campaigns keep what became of their messages',
    exceptions: `select format('campaign %s: its counters are off by %s', f."campaignId", d.drift) as wrong
      from campaign_figures f, lateral (select "campaignDrift"(f."tenantId", f."campaignId") as drift) d
      where f."eventsDroppedAt" is null and d.drift <> 0
        and not exists (select from webhook_inbox i where i."tenantId" = f."tenantId")`,
  },
  {
    // What waits is not counted yet; what was erased can't be counted again.
    holds: 'Tenants keep what became of all messages by the moment of sending',
    exceptions: `select format('tenant %s: %s %s in block %s: %s sent, %s counted', t.id, d.subject, d.name, d.block, d.kept, d.counted) as wrong
      from tenant t, lateral (
        select subject, level, block, name, coalesce(k.sent, 0) as kept, coalesce(c.sent, 0) as counted
        from (select subject, level::int, block, name, sum(sent) as sent, sum(delivered) as delivered, sum("read") as "read", sum(replied) as replied, sum(failed) as failed
            from sending_figure f where f."tenantId" = t.id group by 1, 2, 3, 4) k
          full join "countSendingFigures"(t.id) c using (subject, level, block, name)
        where (coalesce(k.sent, 0), coalesce(k.delivered, 0), coalesce(k."read", 0), coalesce(k.replied, 0), coalesce(k.failed, 0))
          <> (coalesce(c.sent, 0), coalesce(c.delivered, 0), coalesce(c."read", 0), coalesce(c.replied, 0), coalesce(c.failed, 0))
      ) d where not exists (select from webhook_inbox i where i."tenantId" = t.id)`,
  },
  {
    holds: 'Workflows keep how many of their executions have ended',
    exceptions: `select format('workflow %s: %s executions, %s counted', w.id, coalesce(kept.runs, 0), counted.runs) as wrong
      from workflow w
        left join lateral (select sum(f.runs) as runs from workflow_figure f
          where f."tenantId" = w."tenantId" and f."workflowId" = w.id and f.level = 3 and f.subject = 'EXECUTION') kept on true,
        lateral (select count(*) as runs from workflow_execution e
          where e."tenantId" = w."tenantId" and e."workflowId" = w.id and e.counted) counted
      where coalesce(kept.runs, 0) <> counted.runs`,
  },
];

/** Rows that wait have a job, and jobs have their row. */
const JOBS: Check[] = [
  {
    holds: 'Every packet that waits has a job',
    needs: QUEUES,
    exceptions: `select format('packet %s is %s', p.id, p.status) as wrong from packet p
      where p.status in ('PENDING', 'GENERATING') and not exists (
        select from pgboss.job j where j.name = 'packets' and j.id = p."jobId" and j.state in ('created', 'retry', 'active'))`,
  },
  {
    holds: 'Every job of a packet has its packet',
    needs: QUEUES,
    exceptions: `select format('job %s', j.id) as wrong from pgboss.job j
      where j.name = 'packets' and j.state in ('created', 'retry', 'active')
        and not exists (select from packet p where p.id = (j.data ->> 'packetId')::uuid)`,
  },
];

/** What the rest rests on. */
const DATABASE: Check[] = [
  {
    holds: 'Every row that another one names is known to be there',
    exceptions: `select format('%s of %s', conname, conrelid::regclass) as wrong from pg_constraint
      where contype = 'f' and not convalidated`,
  },
  {
    holds: 'Every index is valid',
    exceptions: 'select indexrelid::regclass::text as wrong from pg_index where not indisvalid',
  },
  {
    holds: 'Every trigger is on',
    exceptions: `select format('%s of %s', tgname, tgrelid::regclass) as wrong from pg_trigger where tgenabled <> 'O'`,
  },
];

export const CHECKS: readonly Check[] = [...FIGURES, ...JOBS, ...DATABASE];
