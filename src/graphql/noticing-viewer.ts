/** A viewer that notices what an answer depends on. */
import type { Reads } from '../platform/database/reads.ts';
import type { Membership, Viewer } from '../schema-builder/context.ts';

/** A viewer that tells when the answer depends on more of it than the key of the answer holds. */
export class NoticingViewer implements Viewer {
  readonly tenantId: string;
  readonly role: Viewer['role'];
  readonly contactId: string | null;
  readonly #viewer: Viewer;
  readonly #reads: Reads;

  constructor(viewer: Viewer, reads: Reads) {
    this.tenantId = viewer.tenantId;
    this.role = viewer.role;
    this.contactId = viewer.contactId;
    this.#viewer = viewer;
    this.#reads = reads;
  }

  get userId(): string {
    this.#reads.ofUser = true;
    return this.#viewer.userId;
  }

  get memberships(): readonly Membership[] | undefined {
    // They are the user's own, and of other tenants too, whose versions nobody reads.
    this.#reads.ofUser = true;
    this.#reads.unversioned = true;
    return this.#viewer.memberships;
  }
}
