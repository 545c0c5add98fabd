import { findMfaDevice, noSuchDevice } from '../identity/factors/require-mfa-device.ts';
import { groupKind } from '../identity/groups/group-kind.ts';
import {
  findInstanceProfile,
  instanceProfileArn,
  noSuchInstanceProfile,
} from '../identity/instance-profiles/manage-instance-profiles.ts';
import { AWS_ACCOUNT } from '../identity/policies/aws-managed-policies.ts';
import { findManagedPolicy } from '../identity/policies/find-managed-policy.ts';
import { noSuchPolicy, policyAccountOf } from '../identity/policies/require-policy.ts';
import { findProvider, noSuchProvider, requireProviderArn } from '../identity/providers/require-provider.ts';
import {
  findSamlProvider,
  noSuchSamlProvider,
  requireSamlProviderArn,
} from '../identity/providers/require-saml-provider.ts';
import { roleKind } from '../identity/roles/role-kind.ts';
import { IAM_ERRORS } from '../identity/rules/iam-errors.ts';
import {
  findServerCertificate,
  noSuchServerCertificate,
  serverCertificateArn,
} from '../identity/server-certificates/manage-server-certificates.ts';
import { userKind } from '../identity/users/user-kind.ts';
import { parseArn } from '../kernel/arn.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { holderResource } from '../operations/holder-resource.ts';
import type { RequiredKind } from '../operations/named-operation.ts';

export const USER = holderResource(userKind);
export const GROUP = holderResource(groupKind);
export const ROLE = holderResource(roleKind);

export const INSTANCE_PROFILE = kind({
  find: (store, { accountId, name }) => findInstanceProfile(store, accountId, name),
  arn: ({ accountId, name }, found) =>
    instanceProfileArn(accountId, found?.path ?? '/', found?.instanceProfileName ?? name),
  tags: (found) => found.tags,
  called: (name) => `instance profile ${name}`,
  notFound: noSuchInstanceProfile,
});

export const SERVER_CERTIFICATE = kind({
  find: (store, { accountId, name }) => findServerCertificate(store, accountId, name),
  arn: ({ accountId, name }, found) =>
    serverCertificateArn(accountId, found?.path ?? '/', found?.certificateName ?? name),
  tags: (found) => found.tags,
  called: (name) => `server certificate ${name}`,
  notFound: noSuchServerCertificate,
});

/** Identified by ARN. AWS managed policies belong to every account. */
export const MANAGED_POLICY = kind({
  check: ({ name }) => void policyAccountOf(name),
  find: (store, { accountId, name }) => findManagedPolicy(store, accountId, name),
  arn: ({ name }) => name,
  owner({ accountId, name }) {
    const owner = policyAccountOf(name);
    return owner === AWS_ACCOUNT ? accountId : owner;
  },
  tags: ({ policy }) => policy.tags,
  called: (name) => `policy ${name}`,
  notFound: noSuchPolicy,
});

/** Identified by ARN. */
export const OPEN_ID_CONNECT_PROVIDER = kind({
  check: ({ name }) => requireProviderArn(name),
  find: (store, { accountId, name }) => findProvider(store, { accountId, arn: name }),
  arn: ({ name }) => name,
  owner: ({ accountId, name }) => parseArn(name)?.accountId ?? accountId,
  tags: (found) => found.tags,
  notFound: noSuchProvider,
});

/** Identified by ARN. */
export const SAML_PROVIDER = kind({
  check: ({ name }) => requireSamlProviderArn(name),
  find: (store, { accountId, name }) => findSamlProvider(store, { accountId, arn: name }),
  arn: ({ name }) => name,
  owner: ({ accountId, name }) => parseArn(name)?.accountId ?? accountId,
  tags: (found) => found.tags,
  notFound: noSuchSamlProvider,
});

/** Identified by serial number, which is an ARN. */
export const VIRTUAL_MFA_DEVICE = kind({
  check({ name }) {
    const arn = parseArn(name);
    if (arn?.service === 'iam' && arn.resource.startsWith('mfa/')) return;
    throw new ServiceError(IAM_ERRORS.InvalidInput, `ARN ${name} is not valid.`);
  },
  find: (store, { accountId, name }) => findMfaDevice(store, accountId, name),
  arn: ({ name }, found) => found?.serialNumber ?? name,
  owner: ({ accountId, name }) => parseArn(name)?.accountId ?? accountId,
  tags: (found) => found.tags,
  // a denial must not reveal the spelling of an existing device's name
  called: (name) => name,
  notFound: noSuchDevice,
});

/** Infers the resource type that the parts of a row share. */
function kind<Resource>(row: RequiredKind<Resource>): RequiredKind<Resource> {
  return row;
}
