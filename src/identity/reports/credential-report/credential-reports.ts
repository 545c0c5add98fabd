import type { Clock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';
import { ServiceError } from '../../../kernel/service-error.ts';
import type { Ephemeral } from '../../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../../ports/ephemeral-keys.ts';
import type { LastUsed } from '../../access-keys/last-used.ts';
import { IAM_ERRORS } from '../../rules/iam-errors.ts';
import type { IdentityStore } from '../../store/identity-store.ts';
import { credentialReport } from './report-text.ts';

/** What asking for a report led to. `first`: the account has had none so far. */
export type ReportState = 'complete' | 'in-progress' | { readonly started: 'first' | 'again' };

export interface CredentialReportText {
  /** CSV. */
  readonly text: string;
  /** In ms since the epoch. */
  readonly generatedAt: number;
}

/** The accounts' credential reports. Each is kept for four hours, and unchanged meanwhile, as AWS's. */
export interface CredentialReports {
  /** Begins a report, unless there is one or one is being written. Returns at once. */
  generate(accountId: string): Promise<ReportState>;
  /** @throws {ServiceError} ReportNotPresent, ReportInProgress, ReportExpired */
  get(accountId: string): Promise<CredentialReportText>;
  /** Waits for the reports that this process is writing. */
  settle(): Promise<void>;
}

interface CredentialReportsDependencies {
  readonly store: Pick<IdentityStore, 'users' | 'accounts'>;
  readonly lastUsed: Pick<LastUsed, 'lastUse'>;
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set' | 'setIfAbsent' | 'compareAndSet' | 'delete' | 'expiresIn'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Called if a report cannot be written. */
  readonly onFault: (fault: unknown) => void;
}

const { credentialReport: REPORT, credentialReportWriter: WRITER, credentialReportMade: MADE } = EPHEMERAL_KEYS;
const WRITER_BYTES = 16;

export function openCredentialReports(deps: CredentialReportsDependencies): CredentialReports {
  const { ephemeral, clock, random, onFault } = deps;
  const writing = new Set<Promise<void>>();
  const has = async (key: string): Promise<boolean> => (await ephemeral.expiresIn(key)) !== undefined;

  /** Writes a report as long as this process is its writer: if it takes longer than a writer may be silent, another one may begin. */
  async function write(accountId: string, writer: string): Promise<void> {
    const key = WRITER.of(accountId);
    const goOn = (): Promise<boolean> => ephemeral.compareAndSet(key, writer, writer, WRITER.lifetime);
    const generatedAt = clock.now();
    const text = await credentialReport({ ...deps, goOn }, accountId);
    if (text === undefined) return;
    const report: CredentialReportText = { text, generatedAt };
    await ephemeral.set(REPORT.of(accountId), JSON.stringify(report), REPORT.lifetime);
    await ephemeral.set(MADE.of(accountId), '', MADE.lifetime);
    await ephemeral.delete([key]);
  }

  function begin(accountId: string, writer: string): void {
    const written = write(accountId, writer)
      .catch(onFault)
      .finally(() => writing.delete(written));
    writing.add(written);
  }

  return {
    async generate(accountId) {
      if (await has(REPORT.of(accountId))) return 'complete';
      const writer = random.bytes(WRITER_BYTES).toString('base64url');
      if (!(await ephemeral.setIfAbsent(WRITER.of(accountId), writer, WRITER.lifetime))) return 'in-progress';
      const isFirst = !(await has(MADE.of(accountId)));
      begin(accountId, writer);
      return { started: isFirst ? 'first' : 'again' };
    },
    async get(accountId) {
      const kept = await ephemeral.get(REPORT.of(accountId));
      if (kept !== undefined) return JSON.parse(kept) as CredentialReportText;
      if (await has(WRITER.of(accountId))) {
        throw new ServiceError(
          IAM_ERRORS.ReportInProgress,
          'The credential report is still being generated. Try again.',
        );
      }
      const what = (await has(MADE.of(accountId)))
        ? ([IAM_ERRORS.ReportExpired, 'The credential report is older than four hours.'] as const)
        : ([IAM_ERRORS.ReportNotPresent, 'There is no credential report.'] as const);
      throw new ServiceError(what[0], `${what[1]} Call GenerateCredentialReport first.`);
    },
    async settle() {
      await Promise.all(writing);
    },
  };
}
