import type { StoredPasskeyPolicy } from '../../identity/documents/account.ts';
import { isCurrent, readAnchor } from '../../identity/passkeys/attestation-chain.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { AAGUIDS, ATTESTATION, passkeyPolicyTarget, TRUST_ANCHORS } from './passkey-policy-shapes.ts';

/** Sets the passkey policy of the caller's account. */
export const PutPasskeyPolicy = declareOperation({
  name: 'PutPasskeyPolicy',
  documentation:
    'Sets which passkeys and security keys the users of the account may enrol, in the place of a former policy. It applies to enrolments from now on; enrolled ones stay. It does not apply to the root user. The permission is checked on `arn:aws:rolecall::<account>:passkey-policy`.',
  readOnly: false,
  input: {
    Attestation: shape.required(
      ATTESTATION,
      '`REQUIRED`: authenticators must prove their model by a certificate that leads to a trust anchor. `NONE`: any authenticator is accepted.',
    ),
    AllowedAaguids: shape.optional(
      AAGUIDS,
      'The allowed models, if attestation is required. Default: every model with a valid attestation.',
    ),
    TrustAnchors: shape.optional(
      TRUST_ANCHORS,
      'The root certificates of the vendors, each in PEM. At least one if attestation is required, else none.',
    ),
  },
  output: {},
});

export function putPasskeyPolicyOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(PutPasskeyPolicy, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [passkeyPolicyTarget(PutPasskeyPolicy, accountId)], subject: undefined };
    },
    async handle({ Attestation, AllowedAaguids = [], TrustAnchors = [] }, { caller: { accountId }, now }) {
      if (Attestation === 'REQUIRED') {
        if (TrustAnchors.length === 0)
          throw invalid('TrustAnchors', 'must have a certificate if Attestation is REQUIRED');
      } else if (TrustAnchors.length + AllowedAaguids.length > 0) {
        throw invalid('Attestation', 'must be REQUIRED if TrustAnchors or AllowedAaguids are given');
      }
      const passkeyPolicy: StoredPasskeyPolicy = {
        attestation: Attestation === 'REQUIRED' ? 'required' : 'none',
        allowedAaguids: [...new Set(AllowedAaguids.map((aaguid) => aaguid.toLowerCase()))],
        trustAnchors: [...new Set(TrustAnchors.map((pem, index) => givenAnchor(pem, index, now)))],
        updatedAt: now,
      };
      await store.accounts.update([accountId], (account) => ({ ...account, passkeyPolicy }));
      return {};
    },
  });
}

/** A trust anchor as it is stored: PEM without anything beside it. @throws {ServiceError} ValidationError */
function givenAnchor(pem: string, index: number, now: number): string {
  const member = `TrustAnchors[${index}]`;
  const certificate = readAnchor(pem);
  if (certificate === undefined) throw invalid(member, 'must be one certificate in PEM');
  if (!certificate.ca) throw invalid(member, 'must be the certificate of an authority (basic constraints)');
  if (!isCurrent(certificate, now))
    throw invalid(member, `is valid from ${certificate.validFrom} to ${certificate.validTo} only`);
  return certificate.toString();
}

function invalid(member: string, message: string): ServiceError {
  return new ServiceError('ValidationError', `1 validation error detected: ${member}: ${message}`);
}
