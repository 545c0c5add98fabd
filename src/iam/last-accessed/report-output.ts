import type { EntityDetails, JobStatusType, ServiceLastAccessed, TrackedActionLastAccessed } from '@aws-sdk/client-iam';
import type { ReportedEntity, ReportedService } from '../../identity/reports/access-report/access-reports.ts';
import type { ReportJob } from '../../identity/reports/access-report/report-jobs.ts';

/** What the answers say of the job. Nothing of its completion, as long as it is in progress. */
export function jobOutput({ status, createdAt, completedAt }: ReportJob<unknown>): {
  readonly JobStatus: JobStatusType;
  readonly JobCreationDate: Date;
  readonly JobCompletionDate: Date | undefined;
  readonly Error?: { readonly Code: string; readonly Message: string };
} {
  return {
    JobStatus: status,
    JobCreationDate: new Date(createdAt),
    JobCompletionDate: completedAt === undefined ? undefined : new Date(completedAt),
    ...(status === 'FAILED' && {
      Error: { Code: 'ServiceFailure', Message: 'The report could not be generated. Generate it again.' },
    }),
  };
}

/** A service that was never used has no date, entity and region. */
export function serviceOutput({ prefix, name, total, last, actions }: ReportedService): ServiceLastAccessed {
  return {
    ServiceName: name,
    ServiceNamespace: prefix,
    TotalAuthenticatedEntities: total,
    ...(last !== undefined && {
      LastAuthenticated: new Date(last.at),
      LastAuthenticatedEntity: last.entity,
      ...(last.region !== '' && { LastAuthenticatedRegion: last.region }),
    }),
    ...(actions !== undefined && { TrackedActionsLastAccessed: actions.map(actionOutput) }),
  };
}

function actionOutput({ name, last }: NonNullable<ReportedService['actions']>[number]): TrackedActionLastAccessed {
  return {
    ActionName: name,
    ...(last !== undefined && {
      LastAccessedTime: new Date(last.at),
      LastAccessedEntity: last.entity,
      ...(last.region !== '' && { LastAccessedRegion: last.region }),
    }),
  };
}

export function entityOutput({ arn, name, type, id, path, used }: ReportedEntity, prefix: string): EntityDetails {
  const at = used[prefix];
  return {
    EntityInfo: { Arn: arn, Name: name, Type: type, Id: id, Path: path },
    ...(at !== undefined && { LastAuthenticated: new Date(at) }),
  };
}
