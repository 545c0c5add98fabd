import type { Target } from '../../authorize/target.ts';
import { errorTable } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { Declared, DeclaredError } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';

const { enumeration, list, required, text, timestamp } = shape;

const ROWS = errorTable({ NoSuchPasskeyPolicyException: { status: 404, recorded: true } });

/** The errors of the operations on passkey policies. */
export const PASSKEY_POLICY_ERRORS = {
  NoSuchPasskeyPolicy: { ...ROWS.NoSuchPasskeyPolicyException, documentation: 'The account has no passkey policy.' },
} as const satisfies Record<string, DeclaredError>;

export const ATTESTATION = enumeration('PasskeyAttestation', ['NONE', 'REQUIRED'], {
  documentation: 'Whether authenticators must prove their model when they are enrolled.',
});
export const AAGUIDS = list(
  'AaguidList',
  text('Aaguid', {
    pattern: '[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}',
    audited: true,
    documentation: 'The model of an authenticator, as its vendor publishes it: a UUID.',
  }),
  { length: [0, 100] },
);
export const TRUST_ANCHORS = list(
  'TrustAnchorList',
  text('TrustAnchor', { length: [1, 8192], audited: true, documentation: 'A root certificate in PEM.' }),
  { length: [0, 20] },
);

export const STORED_PASSKEY_POLICY = {
  Attestation: required(ATTESTATION, 'Whether attestation is required.'),
  AllowedAaguids: required(AAGUIDS, 'The allowed models. Empty: every model with a valid attestation.'),
  TrustAnchors: required(TRUST_ANCHORS, 'The root certificates that attestations must lead to.'),
  UpdatedAt: required(timestamp('PasskeyPolicyUpdatedAt'), 'When it was set.'),
};

/** The passkey policy of an account, as what permissions are checked on. */
export function passkeyPolicyTarget({ schema }: Pick<Declared, 'schema'>, accountId: string): Target {
  const resource = rolecallArn(accountId, 'passkey-policy');
  return { action: actionOf(schema), resource, resourceAccountId: accountId };
}
