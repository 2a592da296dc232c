/**
 * Liquid for templates that users write: no files, no properties but a value's own, no unknown
 * filters, and limits on everything.
 */
import { Liquid, type LiquidOptions } from 'liquidjs';

export interface LiquidLimits {
  /** Characters of a source. */
  parseLimit: number;
  /** Milliseconds of one render. */
  renderLimit: number;
  /** Liquid's count of characters and list entries that one render makes. */
  memoryLimit: number;
}

export function limitedLiquid(options: LiquidLimits & LiquidOptions): Liquid {
  return new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    timezoneOffset: 0,
    ...options,
  });
}
