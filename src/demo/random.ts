/**
 * Random numbers that are the same every time. Everything in the demo data draws from a source
 * seeded by its own name, so that it stays the same if the amount of anything else changes.
 */
import { v5 as uuidv5 } from 'uuid';

const NAMESPACE = 'b8f2c7b0-5d0e-4c7a-9a35-6f1d2e4c8a11';

/** The uuid of what a name such as `north/contact/17` stands for: the same everywhere, every day. */
export function demoId(name: string): string {
  return uuidv5(name, NAMESPACE);
}

/** A source of numbers (sfc32: 128 bits of state, passes PractRand). */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(name: string) {
    this.#a = hash(name, 0x9e3779b9);
    this.#b = hash(name, 0x243f6a88);
    this.#c = hash(name, 0xb7e15162);
    for (let round = 0; round < 12; round += 1) this.#next();
  }

  #next(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result;
    return result >>> 0;
  }

  /** A number from 0 to below 1. */
  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  /** True with this probability, from 0 to 1. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of the elements. Throws if there are none. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0)
      throw new Error('Expected a list with at least one element to pick from');
    return list[this.whole(0, list.length - 1)] as T;
  }

  /** `count` different elements in the order of the list, or all if there are fewer. */
  sample<T>(list: readonly T[], count: number): T[] {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(count, list.length)) chosen.add(this.whole(0, list.length - 1));
    return list.filter((_element, index) => chosen.has(index));
  }

  /** All elements in another order (Fisher–Yates). */
  shuffle<T>(list: readonly T[]): T[] {
    const shuffled = [...list];
    for (let last = shuffled.length - 1; last > 0; last -= 1) {
      const other = this.whole(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
    }
    return shuffled;
  }
}

/** FNV-1a with a seed, then the finishing steps of MurmurHash3. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
