/** What can be made to go wrong when messages are sent to the sandbox. */
import type { Random } from '../demo/random.ts';

export interface WhatsAppFault {
  /** Answered as the error of this code; the message is not sent. */
  code?: number;
  /** Instead of the status that usually comes with the code. */
  status?: number;
  /**
   * `lost`: sent, but the connection ends before the answer. `refused`: the connection ends,
   * nothing is sent. `silent`: sent, and no answer ever comes. `html`: a page of a proxy in front,
   * nothing is sent. `nonsense`: sent, answered with what is no JSON. `huge`: sent, answered with
   * 20 MB.
   */
  action?: 'lost' | 'refused' | 'silent' | 'html' | 'nonsense' | 'huge';
  /** How long the answer takes. */
  delayMs?: number;
  /** Only messages to this number, of this template, from this number. */
  to?: string;
  template?: string;
  phoneNumberId?: string;
  /** 0 to 1; always when absent. */
  probability?: number;
  /** For how many messages it holds; for all when absent. */
  times?: number;
}

export interface FaultTarget {
  to: string;
  template: string;
  phoneNumberId: string;
}

/** Faults with how often they may still happen. */
export class Faults {
  #faults: { fault: WhatsAppFault; left: number }[] = [];

  set(faults: readonly WhatsAppFault[]): void {
    this.#faults = faults.map((fault) => ({
      fault,
      left: fault.times ?? Number.POSITIVE_INFINITY,
    }));
  }

  /** The first fault that a message meets. */
  take(target: FaultTarget, random: Random): WhatsAppFault | null {
    const met = this.#faults.find(
      ({ fault, left }) =>
        left > 0 &&
        isOf(fault, target) &&
        (fault.probability === undefined || random.chance(fault.probability)),
    );
    if (!met) return null;
    met.left -= 1;
    return met.fault;
  }
}

function isOf({ to, template, phoneNumberId }: WhatsAppFault, target: FaultTarget): boolean {
  return (
    (to === undefined || to === target.to) &&
    (template === undefined || template === target.template) &&
    (phoneNumberId === undefined || phoneNumberId === target.phoneNumberId)
  );
}
