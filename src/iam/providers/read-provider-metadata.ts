import { SamlFault } from '../../federation/saml/fault.ts';
import { readMetadata } from '../../federation/saml/read-metadata.ts';
import type { SamlMetadata } from '../../identity/documents/saml-provider.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import { ServiceError } from '../../kernel/service-error.ts';

/**
 * Reads the metadata document of a request. Metadata that has expired is refused too, since no login could succeed.
 * @throws {ServiceError} InvalidInput; the message begins with AWS's words.
 */
export function readProviderMetadata(document: string, now: number): SamlMetadata {
  try {
    const metadata = readMetadata(document);
    if ((metadata.validUntil ?? Number.POSITIVE_INFINITY) <= now) {
      throw new SamlFault('metadata', 'it has expired (validUntil): upload a current document');
    }
    return metadata;
  } catch (cause) {
    if (!(cause instanceof SamlFault)) throw cause;
    throw new ServiceError(IAM_ERRORS.InvalidInput, `Could not parse metadata: ${cause.message}`, {
      cause,
      recorded: 'Could not parse metadata',
    });
  }
}
