/** Pages of the templates of a number's account. */
import { whereGiven } from '../../platform/database/filters.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import type { Ordering } from '../../platform/database/ordering.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { RequestError } from '../../platform/errors.ts';
import { parseDetail, parseId } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { numberOf } from './checks.ts';
import { ensureListed } from './list.ts';

/** A template as it is stored. */
export interface TemplateRow {
  name: string;
  language: string;
  status: string;
  reason: string | null;
  category: string | null;
  quality: string | null;
  hasNames: boolean;
  components: unknown;
}

const BY_NAME: Ordering = {
  name: 'name',
  columns: [
    { column: 'name', direction: 'asc', type: 'text' },
    { column: 'language', direction: 'asc', type: 'text' },
  ],
};

/** Which templates are listed. */
export interface TemplateListArguments extends PageArguments {
  whatsAppNumberId?: string | null;
  status?: string | null;
}

/**
 * Reads a page of a number's templates, by name and language; of the tenant's first number unless
 * given. Throws SERVICE_UNAVAILABLE if WhatsApp has never listed them.
 */
export async function listWhatsAppTemplates(
  platform: Platform,
  viewer: Viewer,
  args: TemplateListArguments,
) {
  const page = parsePage(args, BY_NAME);
  const status = parseDetail('status', args.status);
  const given = args.whatsAppNumberId;
  const database = platform.database.forTenant(viewer);
  const numberId = await numberOf(database, {
    whatsAppNumberId: given == null ? null : parseId(['WhatsAppNumber'], 'whatsAppNumberId', given),
  });
  const problem =
    numberId === null
      ? null
      : await ensureListed(platform, { tenantId: viewer.tenantId, numberId });
  const matching = query
    .selectFrom('whatsapp_template')
    .where('whatsapp_template.listedAt', 'is not', null)
    .where(
      'whatsapp_template.accountId',
      'in',
      query.selectFrom('whatsapp_number').select('accountId').where('id', '=', numberId),
    )
    .$call(whereGiven(status, (one, eb) => eb('whatsapp_template.status', '=', one)));
  const rows = await database.run(
    applyPage(matching.select(COLUMNS).$castTo<TemplateRow>(), 'whatsapp_template', page),
  );
  if (problem !== null && rows.length === 0)
    throw new RequestError(
      'SERVICE_UNAVAILABLE',
      `WhatsApp does not list the templates of this number: ${problem}`,
    );
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}

const COLUMNS = [
  'name',
  'language',
  'status',
  'reason',
  'category',
  'quality',
  'hasNames',
  'components',
] as const;
