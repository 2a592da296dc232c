/** What can be made to go wrong when messages are sent to the sandbox. */
import type { Random } from '../demo/random.ts';

/** A fault and the messages that it applies to. */
export interface WhatsAppFault {
  /** The response is the error with this code; the message is not sent. */
  code?: number;
  /** The message is sent, and reported as failed with this code. */
  failsWith?: number;
  /** The status in place of the usual one of the code. */
  status?: number;
  /**
   * `lost`: sent, but the connection ends before the response. `refused`: the connection ends,
   * nothing is sent. `silent`: sent, but no response ever comes. `html`: a page of a proxy in
   * front, nothing is sent. `nonsense`: sent, but the response is not JSON. `huge`: sent, with a
   * response of 20 MB.
   */
  action?: 'lost' | 'refused' | 'silent' | 'html' | 'nonsense' | 'huge';
  /** The delay of the response, in milliseconds. */
  delayMs?: number;
  /** Only messages to this number, of this template, from this number. */
  to?: string;
  template?: string;
  phoneNumberId?: string;
  /** 0 to 1; always when absent. */
  probability?: number;
  /** For how many messages it applies; for all when absent. */
  times?: number;
}

/** What decides whether a fault applies to a message. */
export interface FaultTarget {
  to: string;
  template: string;
  phoneNumberId: string;
}

/** The active faults, and how often each may still happen. */
export class Faults {
  #faults: { fault: WhatsAppFault; left: number }[] = [];

  set(faults: readonly WhatsAppFault[]): void {
    this.#faults = faults.map((fault) => ({
      fault,
      left: fault.times ?? Number.POSITIVE_INFINITY,
    }));
  }

  /** The first fault that applies to a message, which counts as having happened; null for none. */
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
