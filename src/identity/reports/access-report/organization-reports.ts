import * as z from 'zod';
import { ServiceError } from '../../../kernel/service-error.ts';
import type { Ephemeral } from '../../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../../ports/ephemeral-keys.ts';
import { IAM_ERRORS } from '../../rules/iam-errors.ts';
import { openReportJobs, type ReportJobs, type ReportJobsDependencies } from './report-jobs.ts';

const serviceShape = z.object({
  prefix: z.string(),
  name: z.string(),
  /** How many accounts attempted to use it. */
  total: z.number(),
  /** `entityPath`: of the account that last attempted to. */
  last: z.object({ at: z.number(), region: z.string(), entityPath: z.string() }).optional(),
});
export type OrganizationService = z.infer<typeof serviceShape>;

const reportShape = z.array(serviceShape);
/** When the services that an organization's policies allow were last used by its accounts. Sorted by prefix. */
export type OrganizationReport = z.infer<typeof reportShape>;

/** The reports on organizations. */
export type OrganizationReports = ReportJobs<OrganizationReport> & {
  /**
   * Counts a report as running, as long as `make` takes.
   * @throws {ServiceError} ReportGenerationLimitExceeded if the account has {@link MOST_RUNNING} already
   */
  limited(accountId: string, make: () => Promise<OrganizationReport>): Promise<() => Promise<OrganizationReport>>;
};

/** How many reports of an account are made at the same time. A report reads every user and role of every account. */
export const MOST_RUNNING = 5;
const { organizationReport: REPORT, runningOrganizationReports: RUNNING } = EPHEMERAL_KEYS;

export function openOrganizationReports(
  deps: ReportJobsDependencies & { readonly ephemeral: Pick<Ephemeral, 'get' | 'set' | 'increment'> },
): OrganizationReports {
  const count = (accountId: string, by: number): Promise<number> =>
    deps.ephemeral.increment(RUNNING.of(accountId), by, RUNNING.lifetime);
  return {
    ...openReportJobs(deps, { key: REPORT, shape: reportShape }),
    async limited(accountId, make) {
      if ((await count(accountId, 1)) > MOST_RUNNING) {
        await count(accountId, -1);
        throw new ServiceError(
          IAM_ERRORS.ReportGenerationLimitExceeded,
          `The account has ${MOST_RUNNING} reports in progress. Wait until one is complete.`,
        );
      }
      return async () => {
        try {
          return await make();
        } finally {
          await count(accountId, -1);
        }
      };
    },
  };
}
