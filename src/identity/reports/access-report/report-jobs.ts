import * as z from 'zod';
import type { Clock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Ephemeral } from '../../../ports/ephemeral.ts';

const jobFields = {
  /** The principal who asked, and alone may read it. */
  owner: z.string(),
  granularity: z.enum(['SERVICE_LEVEL', 'ACTION_LEVEL']),
  createdAt: z.number(),
  completedAt: z.number().optional(),
  status: z.enum(['IN_PROGRESS', 'COMPLETED', 'FAILED']),
};
const jobShape = z.object(jobFields);

/** A report that has been asked for. */
export interface ReportJob<Report> extends z.infer<typeof jobShape> {
  readonly report?: Report | undefined;
}

/** What is asked for. */
interface ReportRequest<Report> extends Pick<ReportJob<Report>, 'owner' | 'granularity'> {
  /** Whether it is soon done, so that the caller waits for it. */
  readonly isShort: boolean;
  make(): Promise<Report>;
}

/** Reports of one kind. Each can be read as long as its key lives. */
export interface ReportJobs<Report> {
  /** Begins a report. @returns the id of the job. */
  generate(request: ReportRequest<Report>): Promise<string>;
  /** @returns `undefined` if there is no such job, or another principal's. */
  find(jobId: string, owner: string): Promise<ReportJob<Report> | undefined>;
  /** Waits for the reports that this process is making. */
  settle(): Promise<void>;
}

export interface ReportJobsDependencies {
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Called if a report cannot be made. */
  readonly onFault: (fault: unknown) => void;
}

interface ReportKind<Report> {
  readonly key: { of(jobId: string): string; readonly lifetime: number };
  readonly shape: z.ZodType<Report>;
}

const ID_BYTES = 16;

export function openReportJobs<Report>(
  { ephemeral, clock, random, onFault }: ReportJobsDependencies,
  { key, shape }: ReportKind<Report>,
): ReportJobs<Report> {
  const making = new Set<Promise<void>>();
  const kept = z.object({ ...jobFields, report: shape.optional() });
  const store = (jobId: string, job: ReportJob<Report>): Promise<void> =>
    ephemeral.set(key.of(jobId), JSON.stringify(job), key.lifetime);

  async function complete(jobId: string, job: ReportJob<Report>, make: ReportRequest<Report>['make']): Promise<void> {
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
      const job: ReportJob<Report> = { owner, granularity, createdAt: clock.now(), status: 'IN_PROGRESS' };
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
      const found = await ephemeral.get(key.of(jobId));
      const job = found === undefined ? undefined : (kept.parse(JSON.parse(found)) as ReportJob<Report>);
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
