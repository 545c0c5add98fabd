import * as z from 'zod';
import { EPHEMERAL_KEYS } from '../../../ports/ephemeral-keys.ts';
import { openReportJobs, type ReportJob, type ReportJobs, type ReportJobsDependencies } from './report-jobs.ts';

const useShape = z.object({ at: z.number(), region: z.string(), entity: z.string() });

const serviceShape = z.object({
  prefix: z.string(),
  name: z.string(),
  /** How many entities attempted to use it. */
  total: z.number(),
  last: useShape.optional(),
  /** Tracked actions; absent if the report is about services alone, or none is tracked. */
  actions: z.array(z.object({ name: z.string(), last: useShape.optional() })).optional(),
});
export type ReportedService = z.infer<typeof serviceShape>;

const entityShape = z.object({
  arn: z.string(),
  name: z.string(),
  type: z.enum(['USER', 'ROLE']),
  id: z.string(),
  path: z.string(),
  /** When it last attempted to use services, by prefix. */
  used: z.record(z.string(), z.number()),
});
export type ReportedEntity = z.infer<typeof entityShape>;

const reportShape = z.object({
  /** The services that the policies allow, sorted by prefix. */
  services: z.array(serviceShape),
  /** The users and roles that have the policies. */
  entities: z.array(entityShape),
});
/** When the services that an entity's or a policy's permissions allow were last used. */
export type AccessReport = z.infer<typeof reportShape>;

/** A report that has been asked for. */
export type AccessReportJob = ReportJob<AccessReport>;
/** The reports of services last accessed. */
export type AccessReports = ReportJobs<AccessReport>;

export function openAccessReports(deps: ReportJobsDependencies): AccessReports {
  return openReportJobs(deps, { key: EPHEMERAL_KEYS.accessReport, shape: reportShape });
}
