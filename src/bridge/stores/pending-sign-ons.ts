import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { AuthnRequest } from '../requests/read-authn-request.ts';

/** A sign-on to an application, once everything that does not depend on the person has been checked. */
export interface SignOn {
  readonly accountId: string;
  readonly applicationId: string;
  /** Registered. */
  readonly acs: string;
  /** `undefined`: the person began here. */
  readonly request: AskedSignOn | undefined;
  readonly relayState: string | undefined;
  /** When it began, in ms since the epoch. */
  readonly begunAt: number;
  /** Set once the browser was sent to sign in: the login that it had until then. */
  readonly askedOver?: { readonly holder: string | undefined };
}

/** The part of a request that the answer depends on. */
export type AskedSignOn = Pick<
  AuthnRequest,
  'id' | 'forceAuthn' | 'isPassive' | 'protocolBinding' | 'nameIdPolicy' | 'subject' | 'context'
>;

/** Sign-ons whose browser is signing in, or comes back with its cookies. */
export interface PendingSignOns {
  /** @returns the id by which the browser comes back. */
  keep(signOn: SignOn): Promise<string>;
  /** Replaces a sign-on as it was read. Never revives one that has ended. @returns whether it is still there. */
  replace(id: string, before: SignOn, after: SignOn): Promise<boolean>;
  get(id: string): Promise<SignOn | undefined>;
  /** Removes one. @returns whether it was there: of several callers, one gets it. */
  end(id: string): Promise<boolean>;
}

const ID_BYTES = 32;

export function openPendingSignOns({
  ephemeral,
  random,
}: {
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set' | 'compareAndSet' | 'take'>;
  readonly random: Random;
}): PendingSignOns {
  const { samlRequest } = EPHEMERAL_KEYS;
  const keyOf = (id: string): string => samlRequest.of(hashedId(id));
  return {
    async keep(signOn) {
      const id = random.bytes(ID_BYTES).toString('base64url');
      await ephemeral.set(keyOf(id), JSON.stringify(signOn), samlRequest.lifetime);
      return id;
    },
    async replace(id, before, after) {
      const [expected, value] = [JSON.stringify(before), JSON.stringify(after)];
      if (await ephemeral.compareAndSet(keyOf(id), expected, value, samlRequest.lifetime)) return true;
      // Another tab of the browser was a moment faster, or it has ended.
      return (await ephemeral.get(keyOf(id))) !== undefined;
    },
    async get(id) {
      const text = await ephemeral.get(keyOf(id));
      return text === undefined ? undefined : (JSON.parse(text) as SignOn);
    },
    end: async (id) => (await ephemeral.take(keyOf(id))) !== undefined,
  };
}
