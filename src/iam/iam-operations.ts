import type { AnyOperation } from '../operations/operation.ts';
import { accessKeyOperations } from './access-keys/access-key-operations.ts';
import { accountOperations } from './account/account-operations.ts';
import { delegationOperations } from './delegations/delegation-operations.ts';
import { groupOperations } from './groups/group-operations.ts';
import type { IamDependencies } from './iam-dependencies.ts';
import { instanceProfileOperations } from './instance-profiles/instance-profile-operations.ts';
import { lastAccessedOperations } from './last-accessed/last-accessed-operations.ts';
import { organizationReportOperations } from './last-accessed/organization-report-operations.ts';
import { loginOperations } from './login/login-operations.ts';
import { mfaOperations } from './mfa/mfa-operations.ts';
import { policyOperations } from './policies/policy-operations.ts';
import { providerOperations } from './providers/provider-operations.ts';
import { samlProviderOperations } from './providers/saml-provider-operations.ts';
import { roleOperations } from './roles/role-operations.ts';
import { roleTemplateOperations } from './roles/role-template-operations.ts';
import { serviceLinkedRoleOperations } from './roles/service-linked-role-operations.ts';
import { rootFeatureOperations } from './root-access/root-feature-operations.ts';
import { serverCertificateOperations } from './server-certificates/server-certificate-operations.ts';
import { serviceCredentialOperations } from './service-credentials/service-credential-operations.ts';
import { signingCertificateOperations } from './signing-certificates/signing-certificate-operations.ts';
import { simulationOperations } from './simulation/simulation-operations.ts';
import { sshKeyOperations } from './ssh-keys/ssh-key-operations.ts';
import { userOperations } from './users/user-operations.ts';

/** Every operation of IAM (version 2010-05-08) that this server supports. */
export function iamOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    ...userOperations(deps),
    ...groupOperations(deps),
    ...roleOperations(deps),
    ...serviceLinkedRoleOperations(deps),
    ...roleTemplateOperations(deps),
    ...accessKeyOperations(deps),
    ...policyOperations(deps),
    ...providerOperations(deps),
    ...samlProviderOperations(deps),
    ...accountOperations(deps),
    ...loginOperations(deps),
    ...mfaOperations(deps),
    ...sshKeyOperations(deps),
    ...signingCertificateOperations(deps),
    ...serverCertificateOperations(deps),
    ...serviceCredentialOperations(deps),
    ...instanceProfileOperations(deps),
    ...simulationOperations(deps),
    ...lastAccessedOperations(deps),
    ...organizationReportOperations(deps),
    ...rootFeatureOperations(deps),
    ...delegationOperations(deps),
  ];
}
