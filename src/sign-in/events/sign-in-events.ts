import type { Person } from '../../identity/credentials/people.ts';
import type { AuditActor, AuditEvent, RecordAuditEvent } from '../../kernel/audit-event.ts';
import type { Clock } from '../../kernel/clock.ts';
import { eventIdMaker } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';

/** Where a request came from, for the audit event. */
export interface RequestFacts {
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string | undefined;
  /** The language of the pages, by its tag. Not part of audit events. */
  readonly language?: string | undefined;
}

/** What happened in a sign-in; the rest of the audit event is filled in. */
export interface SignInEvent {
  readonly name: string;
  readonly outcome: AuditEvent['outcome'];
  readonly source: RequestFacts;
  readonly person?: Person | undefined;
  /** The account whose administrators are to see it, if there is no person. */
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly method: string;
  readonly mfa?: boolean;
  readonly errorCode?: string | undefined;
  /** One of our own messages; never text sent by a caller. */
  readonly errorMessage?: string | undefined;
  readonly request?: Readonly<Record<string, unknown>>;
}

export type RecordSignInEvent = (event: SignInEvent) => Promise<void>;

function actorOf(person: Person | undefined): AuditActor {
  if (person === undefined) return { type: 'Anonymous' };
  const { arn, accountId, subject } = person;
  return { type: person.kind === 'root' ? 'Account' : 'User', arn, accountId, principalId: subject };
}

/** Maximum length of texts that anyone can send: events are kept forever, and must not be a way to fill the disk. */
const MAX_TEXT_LENGTH = 512;

function clip(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}…`;
}

function clipTexts(request: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const clipped = ([name, value]: [string, unknown]) => [name, typeof value === 'string' ? clip(value) : value];
  return Object.fromEntries(Object.entries(request).map(clipped));
}

/** Turns sign-in events into audit events, which never contain a password, a code, a token, or an unknown name. */
export function signInEvents({
  record,
  clock,
  random,
}: {
  record: RecordAuditEvent;
  clock: Clock;
  random: Random;
}): RecordSignInEvent {
  const nextEventId = eventIdMaker(random);
  return ({
    name,
    outcome,
    source,
    person,
    clientId,
    method,
    mfa = false,
    errorCode,
    errorMessage,
    request,
    ...rest
  }) => {
    const now = clock.now();
    const accountId = person?.accountId ?? rest.accountId;
    return record({
      eventId: nextEventId(now),
      eventTime: new Date(now).toISOString(),
      eventSource: 'sign-in',
      eventName: name,
      readOnly: false,
      ...(accountId !== undefined && { accountId }),
      actor: actorOf(person),
      sourceIp: source.ip,
      ...(source.userAgent !== undefined && { userAgent: clip(source.userAgent) }),
      authentication: { method, mfa },
      resources: clientId === undefined ? [] : [clientId],
      ...(request && { request: clipTexts(request) }),
      ...(person?.kind === 'root' && outcome === 'allowed' && { alarm: 'root-use' as const }),
      outcome,
      ...(errorCode !== undefined && { errorCode: clip(errorCode) }),
      ...(errorMessage !== undefined && { errorMessage }),
      requestId: source.requestId,
    });
  };
}
