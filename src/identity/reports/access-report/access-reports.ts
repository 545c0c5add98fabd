import * as z from 'zod';
import type { Clock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Ephemeral } from '../../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../../ports/ephemeral-keys.ts';

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

const jobShape = z.object({
  /** The principal who asked, and alone may read it. */
  owner: z.string(),
  granularity: z.enum(['SERVICE_LEVEL', 'ACTION_LEVEL']),
  createdAt: z.number(),
  completedAt: z.number().optional(),
  status: z.enum(['IN_PROGRESS', 'COMPLETED', 'FAILED']),
  report: reportShape.optional(),
});
/** A report that has been asked for. */
export type AccessReportJob = z.infer<typeof jobShape>;

/** What is asked for. */
interface ReportRequest extends Pick<AccessReportJob, 'owner' | 'granularity'> {
  /** Whether it is soon done, so that the caller waits for it. */
  readonly isShort: boolean;
  make(): Promise<AccessReport>;
}

/** The reports of services last accessed. Each can be read for a day. */
export interface AccessReports {
  /** Begins a report. @returns the id of the job. */
  generate(request: ReportRequest): Promise<string>;
  /** @returns `undefined` if there is no such job, or another principal's. */
  find(jobId: string, owner: string): Promise<AccessReportJob | undefined>;
  /** Waits for the reports that this process is making. */
  settle(): Promise<void>;
}

interface AccessReportsDependencies {
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Called if a report cannot be made. */
  readonly onFault: (fault: unknown) => void;
}

const { accessReport: REPORT } = EPHEMERAL_KEYS;
const ID_BYTES = 16;

export function openAccessReports({ ephemeral, clock, random, onFault }: AccessReportsDependencies): AccessReports {
  const making = new Set<Promise<void>>();
  const store = (jobId: string, job: AccessReportJob): Promise<void> =>
    ephemeral.set(REPORT.of(jobId), JSON.stringify(job), REPORT.lifetime);

  async function complete(jobId: string, job: AccessReportJob, make: ReportRequest['make']): Promise<void> {
    try {
      const report = await make();
      await store(jobId, { ...job, report, status: 'COMPLETED', completedAt: clock.now() });
    } catch (fault) {
      onFault(fault);
      await store(jobId, { ...job, status: 'FAILED', completedAt: clock.now() });
    }
  }

  return {
    async generate({ owner, granularity, isShort, make }) {
      const jobId = uuidOf(random.bytes(ID_BYTES));
      const job: AccessReportJob = { owner, granularity, createdAt: clock.now(), status: 'IN_PROGRESS' };
      if (isShort) {
        await complete(jobId, job, make);
        return jobId;
      }
      await store(jobId, job);
      const made = complete(jobId, job, make)
        .catch(onFault)
        .finally(() => making.delete(made));
      making.add(made);
      return jobId;
    },
    async find(jobId, owner) {
      const kept = await ephemeral.get(REPORT.of(jobId));
      const job = kept === undefined ? undefined : jobShape.parse(JSON.parse(kept));
      return job?.owner === owner ? job : undefined;
    },
    async settle() {
      await Promise.all(making);
    },
  };
}

/** Job ids are UUIDs (RFC 9562 §5.4). */
function uuidOf(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
