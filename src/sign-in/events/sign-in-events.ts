import type { Person } from '../../identity/credentials/people.ts';
import type { AuditActor, AuditEvent, RecordAuditEvent } from '../../kernel/audit-event.ts';
import type { Clock } from '../../kernel/clock.ts';
import { eventIdMaker } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';

/** Where a request came from, for the record. */
export interface RequestFacts {
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string | undefined;
}

/** What happened, in the words of sign-in; the rest of an audit event is filled in. */
export interface SignInEvent {
  readonly name: string;
  readonly outcome: AuditEvent['outcome'];
  readonly source: RequestFacts;
  readonly person?: Person | undefined;
  readonly clientId?: string | undefined;
  readonly method: string;
  readonly mfa?: boolean;
  readonly errorCode?: string | undefined;
  /** One of the sentences of ours; never what a caller sent. */
  readonly errorMessage?: string | undefined;
  readonly request?: Readonly<Record<string, unknown>>;
}

export type RecordSignInEvent = (event: SignInEvent) => Promise<void>;

function actorOf(person: Person | undefined): AuditActor {
  if (person === undefined) return { type: 'Anonymous' };
  const { arn, accountId, subject } = person;
  return { type: person.kind === 'root' ? 'Account' : 'User', arn, accountId, principalId: subject };
}

/** Characters of a text that anybody may send: events are kept for good, and must not be a way to fill the disk. */
const LONGEST_TEXT = 512;

function clip(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}

function clipTexts(request: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const clipped = ([name, value]: [string, unknown]) => [name, typeof value === 'string' ? clip(value) : value];
  return Object.fromEntries(Object.entries(request).map(clipped));
}

/** Turns what happens at sign-in into audit events. Never holds a password, a code, a token, or a name that nobody has. */
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
  return ({ name, outcome, source, person, clientId, method, mfa = false, errorCode, errorMessage, request }) => {
    const now = clock.now();
    return record({
      eventId: nextEventId(now),
      eventTime: new Date(now).toISOString(),
      eventSource: 'sign-in',
      eventName: name,
      readOnly: false,
      ...(person && { accountId: person.accountId }),
      actor: actorOf(person),
      sourceIp: source.ip,
      ...(source.userAgent !== undefined && { userAgent: clip(source.userAgent) }),
      authentication: { method, mfa },
      resources: clientId === undefined ? [] : [clientId],
      ...(request && { request: clipTexts(request) }),
      outcome,
      ...(errorCode !== undefined && { errorCode: clip(errorCode) }),
      ...(errorMessage !== undefined && { errorMessage }),
      requestId: source.requestId,
    });
  };
}
