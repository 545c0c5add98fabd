import type { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { User } from '../../identity/documents/user.ts';
import type { RequestFacts } from '../events/sign-in-events.ts';
import type { AuditDependencies } from './audit-connector.ts';

/** What is known of a sign-out at, or by, an outside provider. */
export interface AuditedSignOut {
  readonly connector?: string;
  /** The users whose logins the provider ended. */
  readonly ended?: readonly User[];
  readonly refused?: LoginRefused;
}

/** Puts on record whose logins a provider ended, or which check failed. */
export async function auditSignOut(
  { recordEvent, observe }: AuditDependencies,
  source: RequestFacts,
  { connector, ended, refused }: AuditedSignOut,
): Promise<void> {
  observe(refused?.check ?? 'signed-out');
  await recordEvent({
    name: 'ConnectorSignOut',
    method: 'connector',
    outcome: refused === undefined ? 'allowed' : 'refused',
    source,
    errorCode: refused?.check,
    request: {
      ...(connector !== undefined && { connector }),
      ...(ended && { users: ended.map(({ userId }) => userId).join(' ') }),
      ...(refused && { detail: refused.detail }),
    },
  });
}
