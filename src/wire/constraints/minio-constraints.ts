import type { ServiceConstraints } from './service-constraints.ts';

const TOKEN_ERRORS = [
  'ExpiredTokenException',
  'IDPCommunicationError',
  'IDPRejectedClaim',
  'InvalidIdentityToken',
  'MalformedPolicyDocument',
  'PackedPolicyTooLarge',
];
const COMMON = {
  RoleArn: 'arnType',
  Policy: 'sessionPolicyDocumentType',
  DurationSeconds: 'minioDurationSecondsType',
  TokenRevokeType: 'tokenRevokeType',
};

/** The STS operations that MinIO adds to AWS's, as MinIO documents them. No Smithy model has them. */
export const MINIO_CONSTRAINTS: Pick<ServiceConstraints, 'shapes' | 'structures' | 'errors'> = {
  shapes: {
    // up to 365 days
    minioDurationSecondsType: { range: [900, 31_536_000] },
    customTokenType: { length: [1, 20_000] },
    tokenRevokeType: { length: [1, 256], pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
    ldapNameType: { length: [1, 1024] },
  },
  structures: {
    AssumeRoleWithClientGrantsRequest: { ...COMMON, Token: 'clientTokenType' },
    AssumeRoleWithCertificateRequest: COMMON,
    AssumeRoleWithCustomTokenRequest: { ...COMMON, Token: 'customTokenType' },
    AssumeRoleWithLDAPIdentityRequest: {
      ...COMMON,
      LDAPUsername: 'ldapNameType',
      LDAPPassword: 'ldapNameType',
      LDAPConfigName: 'ldapNameType',
      ConfigName: 'ldapNameType',
    },
  },
  errors: {
    AssumeRoleWithClientGrants: TOKEN_ERRORS,
    AssumeRoleWithCertificate: TOKEN_ERRORS,
    AssumeRoleWithCustomToken: TOKEN_ERRORS,
    AssumeRoleWithLDAPIdentity: TOKEN_ERRORS,
  },
};
