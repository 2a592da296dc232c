/**
 * Liquid for templates that users write: no files, only a value's own properties, no unknown
 * filters, and limits on everything.
 */
import { Liquid, type LiquidOptions } from 'liquidjs';

/** What parsing and rendering a template may cost; above it, LiquidJS throws. */
export interface LiquidLimits {
  /** Characters of a source. */
  parseLimit: number;
  /** Milliseconds of one render. */
  renderLimit: number;
  /** Liquid's count of characters and list entries that one render makes. */
  memoryLimit: number;
}

/** An engine within these limits; dates are in UTC. */
export function limitedLiquid(options: LiquidLimits & LiquidOptions): Liquid {
  return new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    timezoneOffset: 0,
    ...options,
  });
}
