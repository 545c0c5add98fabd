import type { AuditEvent } from '../../kernel/audit-event.ts';
import { activityRule, peopleOf } from './activity-kinds.ts';

/**
 * Terms of the audit index by which a person's activity is found. The word before the slash says what is meant, so that other readers
 * of the audit record can add terms of their own. Failed sign-ins have theirs, so that a stranger who fails a thousand times pushes
 * nothing out of the list.
 */
export const personTerm = (personId: string): string => `person/${personId}`;
export const failureTerm = (personId: string): string => `failure/${personId}`;

/** The terms of an event; empty for most. */
export function termsOf(event: AuditEvent): readonly string[] {
  return peopleOf(event).map(event.outcome === 'allowed' || !isFailure(event) ? personTerm : failureTerm);
}

function isFailure({ eventSource, eventName }: AuditEvent): boolean {
  return activityRule(eventSource, eventName)?.refused === 'sign-in-failed';
}
