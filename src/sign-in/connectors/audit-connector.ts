import type { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { RecordSignInEvent, RequestFacts } from '../events/sign-in-events.ts';
import type { ConnectorStarts } from '../sign-in-step.ts';

/** The connector that an outcome says something about. */
export interface ObservedConnector {
  readonly connectorId: string;
  /** The id of the request. */
  readonly reference: string;
}

/** Counts sign-ins through connectors: `ok`, or the check that failed. */
export type ObserveConnector = (outcome: string, about?: ObservedConnector) => void;

export interface AuditDependencies {
  readonly recordEvent: RecordSignInEvent;
  readonly observe: ObserveConnector;
}

/** What is known of a provider's answer. */
export interface AuditedAnswer {
  readonly connector: string;
  /** Known once the answer has proven to be for a sign-in of this browser. */
  readonly connectorId: string | undefined;
  readonly appId: string | undefined;
  readonly person: Person | undefined;
  readonly login: Readonly<Record<string, unknown>> | undefined;
  readonly refused: LoginRefused | undefined;
  /** Whether the login was to be linked to a user, rather than to sign them in. */
  readonly isLinking?: boolean;
}

const EVENT = { name: 'ConnectorSignIn', method: 'connector' } as const;

/** Puts on record that a provider could not be asked. */
export function auditConnectorStart({ recordEvent, observe }: AuditDependencies): ConnectorStarts['refused'] {
  return async ({ source, app }, { name, connectorId }, { check, detail }) => {
    observe(check, { connectorId, reference: source.requestId });
    await recordEvent({
      ...EVENT,
      outcome: 'refused',
      source,
      clientId: app.id,
      errorCode: check,
      request: { connector: name, detail },
    });
  };
}

/** Puts the outcome of a provider's answer on record: who came from where, or which check failed with which value. */
export async function auditConnectorAnswer(
  { recordEvent, observe }: AuditDependencies,
  source: RequestFacts,
  { connector, connectorId, appId, person, login, refused, isLinking = false }: AuditedAnswer,
): Promise<void> {
  const about = connectorId === undefined ? undefined : { connectorId, reference: source.requestId };
  observe(refused?.check ?? 'ok', about);
  await recordEvent({
    ...EVENT,
    ...(isLinking && { name: 'LinkLogin' }),
    mfa: login?.['trustedFactor'] !== undefined,
    outcome: refused === undefined ? 'allowed' : 'refused',
    source,
    person,
    clientId: appId,
    errorCode: refused?.check,
    request: { connector, ...login, ...(refused && { detail: refused.detail }) },
  });
}
