import { ServiceError } from '../../kernel/service-error.ts';

export const SIGNATURE_ALGORITHM = 'AWS4-HMAC-SHA256';
const SCOPE_TERMINATOR = 'aws4_request';
const MAX_SIGNED_HEADERS = 64;
/**
 * Far above what there is (an access key id may have 128 characters, regions have about 20). Credentials go into caches and
 * their regions on record, so that a header's 16 KiB of them would be a way to fill both.
 */
const MAX_CREDENTIAL_LENGTH = 320;

/** What a signing key is good for. */
export interface CredentialScope {
  /** `YYYYMMDD`, UTC. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** An `IncompleteSignature`: the signature is not well-formed. */
export function incompleteSignature(message: string): ServiceError {
  return new ServiceError('IncompleteSignature', message);
}

/** Takes `accessKeyId/date/region/service/aws4_request` apart; any region and service will do. */
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

/** Refuses a signature that does not cover a header. */
export function requireSigned(signedHeaders: readonly string[], name: string, shownAs: string): void {
  if (!signedHeaders.includes(name)) {
    throw new ServiceError('SignatureDoesNotMatch', `'${shownAs}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
}

/** Reads `SignedHeaders`: the names in lower case, sorted; the host must be among them. */
export function parseSignedHeaders(list: string): readonly string[] {
  const names = list.toLowerCase().split(';').sort();
  if (names.length > MAX_SIGNED_HEADERS) {
    throw incompleteSignature(`Not more than ${MAX_SIGNED_HEADERS} headers may be signed.`);
  }
  requireSigned(names, 'host', 'Host');
  return names;
}
