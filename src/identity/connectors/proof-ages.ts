import type { Clock } from '../../kernel/clock.ts';
import type { LoginOrigin } from '../credentials/login-origin.ts';
import type { Person } from '../credentials/people.ts';
import { linkId } from '../links/link-id.ts';
import type { Connectors } from './open-connectors.ts';

/** In seconds. Shorter would sign people out while they work. */
export const SHORTEST_PROOF_AGE = 300;
/** In seconds: nothing that continues a login lives longer. */
export const LONGEST_PROOF_AGE = 14 * 24 * 3600;

/** Tells whether an outside login is too old to be continued, by the setting of its connector as it is now. */
export interface ProofAges {
  /** @returns `false` for a login that did not come through a connector. */
  isTooOld(person: Pick<Person, 'links'>, origin: LoginOrigin | undefined): Promise<boolean>;
}

/** Reads no store: connectors are cached. */
export function openProofAges({
  connectors,
  clock,
}: {
  readonly connectors: Pick<Connectors, 'known'>;
  readonly clock: Clock;
}): ProofAges {
  return {
    async isTooOld({ links }, origin) {
      if (origin === undefined) return false;
      const link = links.find(({ id }) => id === origin.link);
      const connector = link && (await connectors.known()).find(({ name }) => name === link.connector);
      // Fail closed: nobody vouches for the login if its connector was deleted, or another provider has its name now.
      if (connector === undefined || linkId(connector.connectorId, link?.subject ?? '') !== origin.link) return true;
      return clock.now() - origin.at > (connector.maxProofAge ?? LONGEST_PROOF_AGE) * 1000;
    },
  };
}
