import {
  type AccessDetail,
  GenerateOrganizationsAccessReport$,
  type GenerateOrganizationsAccessReportRequest,
  type GenerateOrganizationsAccessReportResponse,
  GetOrganizationsAccessReport$,
  type GetOrganizationsAccessReportRequest,
  type GetOrganizationsAccessReportResponse,
  type SortKeyType,
} from '@aws-sdk/client-iam';
import type { Target } from '../../authorize/target.ts';
import { invalidInput } from '../../evaluation/invalid-input.ts';
import { makeOrganizationReport } from '../../evaluation/last-accessed/make-organization-report.ts';
import { subjectOf } from '../../identity/accessed/subject-of.ts';
import type { Organization } from '../../identity/documents/organizations/organization.ts';
import { defaultPolicy, SERVICE_CONTROL } from '../../identity/organizations/default-policies.ts';
import { entityAt } from '../../identity/organizations/entity-path.ts';
import { organizationOf } from '../../identity/organizations/find-organization.ts';
import { policyArn, targetArn } from '../../identity/organizations/organization-arns.ts';
import type { OrganizationService } from '../../identity/reports/access-report/organization-reports.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type AnyOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageOfNumbers } from './page-of-numbers.ts';
import { jobOutput } from './report-output.ts';

/** Up to this many accounts, the report is complete when its job id is returned. */
const SHORT = 10;

type Asked = Decoded<GenerateOrganizationsAccessReportRequest>;
type Read = Decoded<GetOrganizationsAccessReportRequest>;

/** The operations on reports of services last accessed in an organization. They are for the management account. */
export function organizationReportOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store, organizationReports: reports } = deps;
  return [
    signedOperation<Asked, GenerateOrganizationsAccessReportResponse, Organization | undefined>({
      schema: GenerateOrganizationsAccessReport$,
      readOnly: true,
      errors: [IAM_ERRORS.InvalidInput, IAM_ERRORS.NoSuchEntity],
      async authorize(input, { caller: { accountId } }) {
        const organization = await organizationOf(store, accountId);
        return { targets: targetsOf(input, accountId, organization), subject: organization };
      },
      async handle(input, { caller, now }, organization) {
        const { entity, policyId, ...known } = requireWanted(input, caller.accountId, organization);
        const wanted = { organization: known.organization, entity, policyId, now };
        const make = await reports.limited(caller.accountId, () => makeOrganizationReport(deps, wanted));
        const JobId = await reports.generate({
          owner: subjectOf(caller),
          granularity: 'SERVICE_LEVEL',
          isShort: known.organization.accounts.length <= SHORT,
          make,
        });
        return { JobId };
      },
    }),
    signedOperation<Read, GetOrganizationsAccessReportResponse, undefined>({
      schema: GetOrganizationsAccessReport$,
      readOnly: true,
      authorize: (_input, { caller }) => onAccount(GetOrganizationsAccessReport$, caller.accountId),
      async handle({ JobId, SortKey = 'SERVICE_NAMESPACE_ASCENDING', ...page }, { caller }) {
        const job = await reports.find(JobId, subjectOf(caller));
        // Also for a job of another principal: ids must not be probed.
        if (!job) throw new ServiceError(IAM_ERRORS.NoSuchEntity, `Job with id ${JobId} does not exist.`);
        const { Error: ErrorDetails, ...output } = jobOutput(job);
        const answer = { ...output, ...(ErrorDetails !== undefined && { ErrorDetails }) };
        if (job.report === undefined) return { ...answer, IsTruncated: false };
        const sorted = [...job.report].sort(ORDERS[SortKey]);
        const { items, ...rest } = pageOfNumbers('AccessDetails', sorted, page);
        return {
          ...answer,
          NumberOfServicesAccessible: job.report.length,
          NumberOfServicesNotAccessed: job.report.filter(({ last }) => last === undefined).length,
          AccessDetails: items.map(detailOf),
          ...rest,
        };
      },
    }),
  ];
}

/**
 * What must be allowed: the report, and the reads of Organizations that it stands for.
 * [Service Authorization Reference: dependent actions of GenerateOrganizationsAccessReport]
 */
function targetsOf(
  { EntityPath, OrganizationsPolicyId: policyId }: Asked,
  accountId: string,
  organization: Organization | undefined,
): readonly Target[] {
  const report: Target = {
    action: actionOf(GenerateOrganizationsAccessReport$),
    resource: `arn:aws:iam::${accountId}:access-report/${EntityPath}`,
    resourceAccountId: accountId,
    ...(policyId !== undefined && { conditions: new Map([['iam:organizationspolicyid', policyId]]) }),
  };
  if (organization === undefined) return [report];
  const entity = targetArn(organization, EntityPath.split('/').at(-1) ?? '');
  const about = (resource: string, actions: readonly string[]): readonly Target[] =>
    actions.map((action) => ({ action: `organizations:${action}`, resource, resourceAccountId: accountId }));
  return [
    report,
    ...about('*', ['ListRoots']),
    ...about(entity, ['ListChildren', 'ListParents', 'ListPoliciesForTarget']),
    ...(policyId === undefined
      ? []
      : about(policyArn(organization, SERVICE_CONTROL, policyId), ['DescribePolicy', 'ListTargetsForPolicy'])),
  ];
}

/** @throws {ServiceError} AccessDenied, InvalidInput, NoSuchEntity */
function requireWanted(
  { EntityPath, OrganizationsPolicyId: policyId }: Asked,
  accountId: string,
  organization: Organization | undefined,
) {
  if (organization?.managementAccountId !== accountId) {
    throw new ServiceError('AccessDenied', 'Only the management account of an organization may call this operation.');
  }
  if (!organization.policyTypes.includes(SERVICE_CONTROL)) {
    throw invalidInput('Service control policies are not enabled. Call EnablePolicyType for the root first.');
  }
  const entity = entityAt(organization, EntityPath);
  if (entity === undefined) throw invalidInput(`The organization has nothing at ${EntityPath}.`);
  const type =
    policyId === undefined
      ? SERVICE_CONTROL
      : (defaultPolicy(policyId) ?? organization.policies.find((policy) => policy.policyId === policyId))?.type;
  if (type !== SERVICE_CONTROL) {
    throw new ServiceError(IAM_ERRORS.NoSuchEntity, `The service control policy ${policyId} does not exist.`);
  }
  return { organization, entity, policyId };
}

type Order = (a: OrganizationService, b: OrganizationService) => number;
const byPrefix: Order = (a, b) => (a.prefix < b.prefix ? -1 : 1);
/** What was never used comes before what was used long ago. */
const byTime: Order = (a, b) => (a.last?.at ?? 0) - (b.last?.at ?? 0) || byPrefix(a, b);
const ORDERS: Readonly<Record<SortKeyType, Order>> = {
  SERVICE_NAMESPACE_ASCENDING: byPrefix,
  SERVICE_NAMESPACE_DESCENDING: (a, b) => byPrefix(b, a),
  LAST_AUTHENTICATED_TIME_ASCENDING: byTime,
  LAST_AUTHENTICATED_TIME_DESCENDING: (a, b) => byTime(b, a),
};

/** A service that was never used has no date, account and region. */
function detailOf({ prefix, name, total, last }: OrganizationService): AccessDetail {
  return {
    ServiceName: name,
    ServiceNamespace: prefix,
    TotalAuthenticatedEntities: total,
    ...(last !== undefined && {
      EntityPath: last.entityPath,
      LastAuthenticatedTime: new Date(last.at),
      ...(last.region !== '' && { Region: last.region }),
    }),
  };
}
