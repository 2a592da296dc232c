/** Where something is, in degrees (WGS 84). */
import { z } from 'zod';

export const coordinates = { latitude: degrees(90), longitude: degrees(180) };

function degrees(limit: number) {
  const message = `Expected degrees from -${limit} to ${limit}.`;
  return z.number(message).min(-limit, message).max(limit, message);
}
