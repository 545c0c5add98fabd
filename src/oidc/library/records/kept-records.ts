import type Provider from 'oidc-provider';
import type { AdapterPayload } from 'oidc-provider';

/** How a record stands to what is stored. Only the adapter sees it; it is not stored. */
export interface Standing {
  /** The record was read from the store, so it must still be there. */
  readonly wasStored?: true;
  /** The id that a session had so far. The library would remove it first; the adapter replaces it. */
  readonly formerId?: string;
}

interface Kept {
  iat?: number | undefined;
  oldId?: string | undefined;
  wasStored?: true | undefined;
  formerId?: string | undefined;
}
interface Model {
  readonly IN_PAYLOAD: readonly string[];
  readonly prototype: { save(ttl?: number): Promise<string> };
}

/**
 * Tells the adapter which sessions and grants are saved again, and which are new. oidc-provider reads a record at the beginning of a request
 * and saves it at the end, without saying so: saved blindly, a session from which the person has signed out meanwhile would be back, and so
 * would a grant that they have revoked.
 */
export function tellKept({ Session, Grant }: Provider): void {
  for (const model of [Session, Grant] as unknown as Model[]) {
    Object.defineProperty(model, 'IN_PAYLOAD', { value: [...model.IN_PAYLOAD, 'wasStored', 'formerId'] });
    const { save } = model.prototype;
    model.prototype.save = function (this: Kept, ttl) {
      const { oldId } = this;
      this.oldId = undefined;
      // Only what was read from the store has the time at which it was first saved.
      this.wasStored = this.iat === undefined ? undefined : true;
      this.formerId = this.wasStored && oldId;
      return save.call(this as never, ttl);
    };
  }
}

/** Separates a payload from what is only for the adapter. */
export function standingOf(payload: AdapterPayload): { readonly kept: AdapterPayload; readonly standing: Standing } {
  if (payload['wasStored'] === undefined) return { kept: payload, standing: {} };
  const { wasStored, formerId, ...kept } = payload as AdapterPayload & Standing;
  return { kept: kept as AdapterPayload, standing: { wasStored, formerId } as Standing };
}

const GONE = 'RecordGone';

/** The failure to save a record that has ended meanwhile; `kind` is one of the library's errors. */
export function gone<Kind extends Error>(kind: Kind): Kind {
  return Object.assign(kind, { [GONE]: true });
}

/** Whether a record could not be saved because it has ended meanwhile. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && GONE in error;
}
