/** Which CRM is meant: so far there is only one. */
import { z } from 'zod';
import { CrmProvider } from '../../generated/kysely.ts';

/** The provider in an input; Pipedrive by default. */
export const provider = z.enum(CrmProvider).default('PIPEDRIVE').describe('Which CRM is meant.');
