/** Where something is, in degrees (WGS 84). */
import { z } from 'zod';

/** The fields of an input that say where something is. */
export const coordinates = {
  latitude: degrees(90).describe('Degrees north of the equator (WGS 84), -90 to 90.'),
  longitude: degrees(180).describe('Degrees east of Greenwich (WGS 84), -180 to 180.'),
};

function degrees(limit: number) {
  const message = `Expected degrees from -${limit} to ${limit}.`;
  return z.number(message).min(-limit, message).max(limit, message);
}
