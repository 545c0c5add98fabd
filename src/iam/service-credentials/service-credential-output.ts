import type { ServiceSpecificCredential, ServiceSpecificCredentialMetadata } from '@aws-sdk/client-iam';
import { requireCredentialService } from '../../identity/service-credentials/credential-services.ts';
import type { OwnedServiceCredential } from '../../identity/service-credentials/list-service-credentials.ts';

const hasApiKeys = (serviceName: string) => requireCredentialService(serviceName).keyPrefix !== undefined;

/** A credential without its secret. */
export function serviceCredentialMetadata(
  { user, credential }: OwnedServiceCredential,
  now: number,
): ServiceSpecificCredentialMetadata {
  const { credentialId, serviceName, alias, status, createdAt, expiresAt } = credential;
  return {
    UserName: user.userName,
    Status: expiresAt !== undefined && expiresAt <= now ? 'Expired' : status,
    ...(hasApiKeys(serviceName) ? { ServiceCredentialAlias: alias } : { ServiceUserName: alias }),
    CreateDate: new Date(createdAt),
    ...(expiresAt !== undefined && { ExpirationDate: new Date(expiresAt) }),
    ServiceSpecificCredentialId: credentialId,
    ServiceName: serviceName,
  };
}

/** A credential with its secret, which is shown only once. */
export function serviceCredentialOutput(
  { secret, ...owned }: OwnedServiceCredential & { readonly secret: string },
  now: number,
): ServiceSpecificCredential {
  const isApiKey = hasApiKeys(owned.credential.serviceName);
  return {
    ...serviceCredentialMetadata(owned, now),
    ...(isApiKey ? { ServiceCredentialSecret: secret } : { ServicePassword: secret }),
  } as ServiceSpecificCredential;
}
