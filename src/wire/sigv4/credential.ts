import { ServiceError } from '../../kernel/service-error.ts';

export const SIGNATURE_ALGORITHM = 'AWS4-HMAC-SHA256';
const SCOPE_TERMINATOR = 'aws4_request';
const MAX_SIGNED_HEADERS = 64;
/**
 * Well above real lengths: an access key id may have 128 characters, and regions have about 20. Credentials are cached and their
 * regions audited, so without this limit, headers of 16 KiB could fill both the cache and the audit log.
 */
const MAX_CREDENTIAL_LENGTH = 320;

/** The scope in which a signing key is valid. */
export interface CredentialScope {
  /** `YYYYMMDD`, UTC. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** Makes an `IncompleteSignature` error: the signature is malformed. */
export function incompleteSignature(message: string): ServiceError {
  return new ServiceError('IncompleteSignature', message);
}

/** Parses `accessKeyId/date/region/service/aws4_request`. Any region and service are accepted. */
export function parseCredential(credential: string): { accessKeyId: string; scope: CredentialScope } {
  if (credential.length > MAX_CREDENTIAL_LENGTH) {
    throw incompleteSignature(`Credential must not be longer than ${MAX_CREDENTIAL_LENGTH} characters.`);
  }
  const parts = credential.split('/');
  const [accessKeyId, date, region, service, terminator] = parts;
  if (parts.length !== 5 || !accessKeyId || !date || !region || !service) {
    throw incompleteSignature(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  if (!/^[\x21-\x7e]*$/.test(credential)) throw incompleteSignature('Credential must be printable ASCII.');
  if (terminator !== SCOPE_TERMINATOR) {
    throw new ServiceError(
      'SignatureDoesNotMatch',
      `Credential should be scoped with a valid terminator: '${SCOPE_TERMINATOR}', not '${terminator}'.`,
    );
  }
  return { accessKeyId, scope: { date, region, service } };
}

/** Rejects a signature that does not cover the header. */
export function requireSigned(signedHeaders: readonly string[], name: string, shownAs: string): void {
  if (!signedHeaders.includes(name)) {
    throw new ServiceError('SignatureDoesNotMatch', `'${shownAs}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
}

/** Parses `SignedHeaders` into sorted lower-case names, which must include the host. */
export function parseSignedHeaders(list: string): readonly string[] {
  const names = list.toLowerCase().split(';').sort();
  if (names.length > MAX_SIGNED_HEADERS) {
    throw incompleteSignature(`Not more than ${MAX_SIGNED_HEADERS} headers may be signed.`);
  }
  requireSigned(names, 'host', 'Host');
  return names;
}
