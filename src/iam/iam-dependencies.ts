import type { Authorizer } from '../authorize/authorizer.ts';
import type { IsProtected } from '../authorize/privileged-member.ts';
import type { LastUsed } from '../identity/access-keys/last-used.ts';
import type { AccessRecord } from '../identity/accessed/accessed.ts';
import type { DelegationTemplates } from '../identity/delegations/delegation-template.ts';
import type { MfaDependencies } from '../identity/factors/mfa-dependencies.ts';
import type { Passwords } from '../identity/passwords/passwords.ts';
import type { AccessReports } from '../identity/reports/access-report/access-reports.ts';
import type { OrganizationReports } from '../identity/reports/access-report/organization-reports.ts';
import type { CredentialReports } from '../identity/reports/credential-report/credential-reports.ts';
import type { RoleTemplates } from '../identity/role-templates/role-template.ts';
import type { LinkedServices } from '../identity/service-linked-roles/linked-service.ts';
import type { LoadServices } from '../policy/catalogue/service-catalogue.ts';

/** What the IAM operations need; `app` assembles it once. */
export interface IamDependencies extends MfaDependencies {
  readonly lastUsed: LastUsed;
  /** Tells who is protected, for one call. */
  readonly protection: () => IsProtected;
  readonly passwords: Passwords;
  /** The services that have service-linked roles. */
  readonly linkedServices: LinkedServices;
  readonly roleTemplates: RoleTemplates;
  readonly delegationTemplates: DelegationTemplates;
  /** Tells whether a caller has the permissions that a delegation request asks for. */
  readonly authorizer: Pick<Authorizer, 'decide'>;
  readonly credentialReports: Pick<CredentialReports, 'generate' | 'get'>;
  readonly accessed: Pick<AccessRecord, 'usesOf' | 'forget'>;
  readonly accessReports: Pick<AccessReports, 'generate' | 'find'>;
  readonly organizationReports: Pick<OrganizationReports, 'generate' | 'find' | 'limited'>;
  /** The services that policies can be about. */
  readonly services: LoadServices;
  /** How long a person has to object before an administrator can remove a factor, in ms. */
  readonly factorResetMs: number;
  /** Whether people can be mailed codes that confirm their browser. */
  readonly sendsMail: boolean;
  /** The URL of this server's own OIDC issuer, which may be plain http. */
  readonly ownIssuer: string;
  /** The URL of this server, without a trailing slash. */
  readonly publicUrl: string;
}
