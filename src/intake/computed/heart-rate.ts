/** The maximum heart rate, and the zones to train in. */
import type { HeartRateZone } from './types.ts';

/**
 * 208 − 0.7 × years: Tanaka H, Monahan KD, Seals DR, J Am Coll Cardiol 37 (2001); it holds for
 * children and adolescents too (Mahon AD et al., Res Q Exerc Sport 81, 2010).
 */
export function maxHeartRateBpmOf(ageYears: number): number {
  return Math.round(208 - 0.7 * ageYears);
}

const ZONES = [
  { name: 'Very easy', from: 0.5, feel: 'You could sing' },
  { name: 'Easy', from: 0.6, feel: 'You can talk in whole sentences' },
  { name: 'Moderate', from: 0.7, feel: 'You can talk in short sentences' },
  { name: 'Hard', from: 0.8, feel: 'Single words only' },
  { name: 'Very hard', from: 0.9, feel: 'No talking; a few minutes at most' },
];

/**
 * Five zones of a tenth each, from 50 % up. With a resting pulse: of the reserve between rest and
 * maximum (Karvonen MJ et al., Ann Med Exp Biol Fenn 35, 1957); without: of the maximum.
 */
export function heartRateZonesOf(maxBpm: number, restingBpm: number | null): HeartRateZone[] {
  const rest = restingBpm !== null && restingBpm < maxBpm ? restingBpm : 0;
  const at = (share: number) => Math.round(rest + (maxBpm - rest) * share);
  return ZONES.map(({ name, from, feel }, index) => {
    const next = ZONES[index + 1];
    return {
      zone: index + 1,
      name,
      fromBpm: at(from),
      toBpm: next === undefined ? maxBpm : at(next.from) - 1,
      feel,
    };
  });
}
