import {
  GenerateServiceLastAccessedDetails$,
  type GenerateServiceLastAccessedDetailsRequest,
  type GenerateServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetails$,
  type GetServiceLastAccessedDetailsRequest,
  type GetServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsWithEntities$,
  type GetServiceLastAccessedDetailsWithEntitiesRequest,
  type GetServiceLastAccessedDetailsWithEntitiesResponse,
} from '@aws-sdk/client-iam';
import { invalidInput } from '../../evaluation/invalid-input.ts';
import { accessorsOf } from '../../evaluation/last-accessed/accessors.ts';
import { makeAccessReport } from '../../evaluation/last-accessed/make-access-report.ts';
import { subjectOf } from '../../identity/accessed/subject-of.ts';
import type { AccessReportJob } from '../../identity/reports/access-report/access-reports.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { namedRead } from '../../operations/named-operation.ts';
import { type AnyOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageOfNumbers } from './page-of-numbers.ts';
import { entityOutput, jobOutput, serviceOutput } from './report-output.ts';
import { accessSubject, REPORT_SUBJECT, type Subject } from './report-subject.ts';

/** Up to this many users and roles, the report is complete when its job id is returned. */
const SHORT = 200;

type Details = Decoded<GetServiceLastAccessedDetailsRequest>;
type WithEntities = Decoded<GetServiceLastAccessedDetailsWithEntitiesRequest>;

/** The operations on reports of services last accessed. */
export function lastAccessedOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store, accessReports: reports } = deps;

  /** @throws {ServiceError} NoSuchEntity for a job of another principal, too: ids must not be probed. */
  async function requireJob(jobId: string, caller: Caller): Promise<AccessReportJob> {
    const job = await reports.find(jobId, subjectOf(caller));
    if (job) return job;
    throw new ServiceError(IAM_ERRORS.NoSuchEntity, `Job with id ${jobId} does not exist.`);
  }

  return [
    namedRead<Decoded<GenerateServiceLastAccessedDetailsRequest>, GenerateServiceLastAccessedDetailsResponse, Subject>(
      deps,
      { schema: GenerateServiceLastAccessedDetails$, kind: REPORT_SUBJECT, name: ({ Arn }) => Arn },
      async ({ input: { Granularity: granularity = 'SERVICE_LEVEL' }, call: { caller, now }, found }) => {
        const subject = accessSubject(found, caller.accountId);
        const accessors = await accessorsOf(store, subject);
        const wanted = { subject, accessors, withActions: granularity === 'ACTION_LEVEL', now };
        const jobId = await reports.generate({
          owner: subjectOf(caller),
          granularity,
          isShort: accessors.length <= SHORT,
          make: () => makeAccessReport(deps, wanted),
        });
        return { JobId: jobId };
      },
    ),
    signedOperation<Details, GetServiceLastAccessedDetailsResponse, undefined>({
      schema: GetServiceLastAccessedDetails$,
      readOnly: true,
      authorize: (_input, { caller }) => onAccount(GetServiceLastAccessedDetails$, caller.accountId),
      async handle({ JobId, Marker, MaxItems }, { caller }) {
        const job = await requireJob(JobId, caller);
        const output = { ...jobOutput(job), JobType: job.granularity };
        // Until it is complete there is no list, and so no marker: callers must look at the status.
        if (job.report === undefined) return { ...output, ServicesLastAccessed: [], IsTruncated: false };
        const { items, ...page } = pageOfNumbers('ServicesLastAccessed', job.report.services, { Marker, MaxItems });
        return { ...output, ServicesLastAccessed: items.map(serviceOutput), ...page };
      },
    }),
    signedOperation<WithEntities, GetServiceLastAccessedDetailsWithEntitiesResponse, undefined>({
      schema: GetServiceLastAccessedDetailsWithEntities$,
      readOnly: true,
      authorize: (_input, { caller }) => onAccount(GetServiceLastAccessedDetailsWithEntities$, caller.accountId),
      async handle({ JobId, ServiceNamespace, Marker, MaxItems }, { caller }) {
        const job = await requireJob(JobId, caller);
        const output = jobOutput(job);
        if (job.report === undefined) return { ...output, EntityDetailsList: [], IsTruncated: false };
        const { services, entities } = job.report;
        if (!services.some(({ prefix }) => prefix === ServiceNamespace)) {
          throw invalidInput(`The report has no service with the namespace ${ServiceNamespace}.`);
        }
        const details = entities
          .map((entity) => entityOutput(entity, ServiceNamespace))
          .sort((a, b) => (b.LastAuthenticated?.getTime() ?? 0) - (a.LastAuthenticated?.getTime() ?? 0));
        const { items, ...page } = pageOfNumbers('EntityDetails', details, { Marker, MaxItems });
        return { ...output, EntityDetailsList: items, ...page };
      },
    }),
  ];
}
