import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import type { SamlProvider } from '../../identity/documents/saml-provider.ts';
import { openPrivateKeys } from '../../identity/providers/saml-private-keys.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { CLOCK_TOLERANCE_MS } from '../../kernel/clock-tolerance.ts';
import type { ServiceError } from '../../kernel/service-error.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { checkAssertion, checkDestination } from './check-assertion.ts';
import { decodeMessage } from './decode-message.ts';
import { type SamlCheck, SamlFault } from './fault.ts';
import { identityOf } from './identity-of-assertion.ts';
import { namedAddress } from './incoming/same-address.ts';
import { type Assertion, readAssertion } from './read-assertion.ts';
import type { PresentedResponse, SamlIdentity, SamlLogins } from './saml-identity.ts';
import { samlRefusal } from './saml-refusal.ts';
import { verifyResponse } from './verify-response.ts';

/** AWS redeems an assertion within 5 minutes of its issue, however long it says it is valid. */
const REDEEMED_WITHIN = 5 * 60_000;
export interface SamlLoginDependencies {
  readonly store: Pick<IdentityStore, 'samlProviders'>;
  readonly sealer: Sealer;
  readonly ephemeral: Pick<Ephemeral, 'setIfAbsent'>;
  readonly publicUrl: string;
  /** Called for each refusal, for the metrics. */
  readonly refused: (check: SamlCheck) => void;
  /** Further URLs and names that count as ours. */
  readonly settings: { readonly recipients: readonly string[]; readonly audiences: readonly string[] };
}

/** Verifies SAML responses for role sessions. */
export function samlLogins(deps: SamlLoginDependencies): SamlLogins {
  const refuse = (fault: SamlFault): ServiceError => {
    deps.refused(fault.check);
    return samlRefusal(fault);
  };
  return {
    async verify(presented) {
      const provider = await deps.store.samlProviders.get([presented.accountId, presented.providerArn]);
      try {
        if (provider === undefined) throw new SamlFault('provider', "Specified provider doesn't exist");
        return readResponse(deps, provider, presented);
      } catch (error) {
        throw error instanceof SamlFault ? refuse(error) : error;
      }
    },
    async redeem({ provider, assertionId, acceptedUntil }, now) {
      const hash = createHash('sha256').update(`${provider.arn}\n${assertionId}`).digest('base64url');
      const lifetime = Math.max(acceptedUntil - now, CLOCK_TOLERANCE_MS);
      if (await deps.ephemeral.setIfAbsent(EPHEMERAL_KEYS.samlAssertion.of(hash), '1', lifetime)) return;
      throw refuse(
        new SamlFault('replay', 'The assertion has already been used: sign in at the identity provider again'),
      );
    },
  };
}

function readResponse(
  deps: SamlLoginDependencies,
  provider: SamlProvider,
  { encoded, now }: PresentedResponse,
): SamlIdentity {
  const { metadata, assertionEncryptionMode } = provider;
  if (now >= (metadata.validUntil ?? Number.POSITIVE_INFINITY)) {
    throw new SamlFault('metadata', "the provider's metadata has expired: update it");
  }
  const ours = endpointsOf(deps, provider);
  const response = verifyResponse(decodeMessage(encoded), {
    signingKeys: metadata.signingCertificates.map(publicKeyOf),
    privateKeys: () => openPrivateKeys(deps.sealer, provider),
    isEncryptionRequired: assertionEncryptionMode === 'Required',
  });
  if (response.issuer !== undefined && response.issuer !== metadata.entityId) {
    throw new SamlFault('issuer', "the response's Issuer is not the entityID of the provider's metadata");
  }
  checkDestination(response, ours.recipients);
  const assertion = readAssertion(response.assertion);
  checkAssertion(assertion, { ...ours, issuer: metadata.entityId, now });
  if (now >= assertion.issuedAt + REDEEMED_WITHIN + CLOCK_TOLERANCE_MS) {
    throw new SamlFault('late', 'Token must be redeemed within 5 minutes of issuance');
  }
  // Trust policies test the address as it is published (`saml:aud`).
  const recipient = namedAddress(ours.recipients, assertion.confirmation.recipient) ?? assertion.confirmation.recipient;
  const published = { ...assertion, confirmation: { ...assertion.confirmation, recipient } };
  return { ...identityOf(provider, published), acceptedUntil: endOf(assertion) };
}

/** The endpoint of all providers, and the one of this provider, which AWS has for encrypted assertions. */
function endpointsOf({ publicUrl, settings }: SamlLoginDependencies, { uuid }: SamlProvider) {
  const endpoint = `${publicUrl}/saml`;
  return {
    recipients: [endpoint, `${endpoint}/acs/${uuid}`, ...settings.recipients],
    audiences: [endpoint, `${endpoint}/acs/${uuid}`, ...settings.audiences],
  };
}

function publicKeyOf(certificate: string): KeyObject {
  return new X509Certificate(Buffer.from(certificate, 'base64')).publicKey;
}

/** Until when the checks accept the assertion, including the difference of clocks. */
function endOf({ issuedAt, notOnOrAfter, confirmation }: Assertion): number {
  const ends = [issuedAt + REDEEMED_WITHIN, confirmation.notOnOrAfter, notOnOrAfter ?? Number.POSITIVE_INFINITY];
  return Math.min(...ends) + CLOCK_TOLERANCE_MS;
}
