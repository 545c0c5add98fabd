import type { Recheck } from '../../federation/rechecks/recheck-login.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { RequestFacts } from '../events/sign-in-events.ts';
import type { AuditDependencies } from './audit-connector.ts';

interface AuditedRecheck {
  readonly connector: Pick<Connector, 'name'>;
  /** Whose login it is. */
  readonly person: Person;
  readonly result: Recheck;
}

const OUTCOMES = { ok: 'allowed', ended: 'refused', refused: 'refused', unanswered: 'failed' } as const;

/** Puts on record what a provider said of a login when it was asked again. */
export async function auditRecheck(
  { recordEvent, observe }: AuditDependencies,
  source: RequestFacts,
  { connector, person, result }: AuditedRecheck,
): Promise<void> {
  const failed = result.outcome === 'ok' ? undefined : result;
  observe(failed?.check ?? 'ok');
  await recordEvent({
    name: 'RecheckLogin',
    method: 'connector',
    outcome: OUTCOMES[result.outcome],
    source,
    person,
    errorCode: failed?.check,
    request: { connector: connector.name, result: result.outcome, ...(failed && { detail: failed.detail }) },
  });
}
