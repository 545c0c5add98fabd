import { Counter, type Registry } from 'prom-client';
import { countAttachments } from '../../identity/policies/count-attachments.ts';
import { findManagedPolicy } from '../../identity/policies/find-managed-policy.ts';
import { allowsEverything } from '../../identity/policies/full-access.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { RecordAuditEvent } from '../../kernel/audit-event.ts';
import { foldRepeats } from '../../kernel/fold-repeats.ts';
import type { AuditFacts } from '../../operations/audit.ts';
import type { AccessKeyUse } from '../../operations/authentication/signature.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';
import type { Log } from '../log/log.ts';

const DAY = 86_400_000;

/** Raises alarms for changes that weaken an account, and for old access keys. */
export interface SecurityAlarms {
  /** Called with each call that changed something. */
  readonly changed: (call: AuditFacts) => void;
  /** Called with each request that a long-term access key has signed. */
  readonly keyUsed: (use: AccessKeyUse) => void;
  /** Audits events of the pages, and raises the alarm for factors that people removed there. */
  watching(record: RecordAuditEvent): RecordAuditEvent;
  /** Logs what was only counted so far. */
  flush(): void;
}

interface SecurityAlarmsDependencies {
  readonly registry: Registry;
  readonly log: Pick<Log, 'warn'>;
  readonly store: Pick<IdentityStore, 'managedPolicies' | 'users' | 'groups' | 'roles'>;
  /** From which age on the use of an access key is an alarm, in days; 0: from none. */
  readonly accessKeyDays: number;
  readonly fault: (error: unknown) => void;
}

/** A policy that a call gave, or put in force. */
type Given =
  | { readonly how: 'inline'; readonly document: string }
  | { readonly how: 'attached' | 'version'; readonly policyArn: string };

type Input = Readonly<Record<string, unknown>>;
const textOf = (input: Input, member: string): string => String(input[member] ?? '');
const inline = (input: Input): Given => ({ how: 'inline', document: textOf(input, 'PolicyDocument') });
const attached = (input: Input): Given => ({ how: 'attached', policyArn: textOf(input, 'PolicyArn') });
const version = (input: Input): Given => ({ how: 'version', policyArn: textOf(input, 'PolicyArn') });

/** The operations of IAM that give a policy to people or roles, or put another version of one in force. */
const GIVING: ReadonlyMap<string, (input: Input) => Given | undefined> = new Map([
  ['PutUserPolicy', inline],
  ['PutGroupPolicy', inline],
  ['PutRolePolicy', inline],
  ['AttachUserPolicy', attached],
  ['AttachGroupPolicy', attached],
  ['AttachRolePolicy', attached],
  ['SetDefaultPolicyVersion', version],
  ['CreatePolicyVersion', (input) => (input['SetAsDefault'] === true ? version(input) : undefined)],
]);

export function openSecurityAlarms(deps: SecurityAlarmsDependencies): SecurityAlarms {
  const { registry, log, store, accessKeyDays, fault } = deps;
  const removed = registerLabelledCount(registry, {
    name: 'rolecall_factors_removed_total',
    help: 'Second factors and passkeys that were removed: by the person, or by an administrator. Alert on the latter.',
    label: 'by',
    shown: ['person', 'administrator'],
  });
  const given = registerLabelledCount(registry, {
    name: 'rolecall_full_access_policies_total',
    help: 'Policies that allow every action on every resource, given to people or roles: attached, inline, or by a new version. Alert on any.',
    label: 'how',
    shown: ['attached', 'inline', 'version'],
  });
  const oldKeys = new Counter({
    name: 'rolecall_old_access_key_uses_total',
    help: 'Requests signed by access keys that are older than alarms.accessKeyDays. Alert if it grows.',
    registers: [registry],
  });
  const keyLines = foldRepeats<AccessKeyUse>(
    ({ accessKeyId, arn, createdAt, now }, count) =>
      log.warn('an old access key was used: replace it', {
        accessKeyId,
        arn,
        days: Math.floor((now - createdAt) / DAY),
        ...(count > 1 && { count }),
      }),
    DAY,
  );

  const grantsEverything = async (accountId: string, what: Given): Promise<boolean> => {
    if (what.how === 'inline') return allowsEverything(what.document);
    const policy = await findManagedPolicy(store, accountId, what.policyArn);
    if (policy === undefined || !allowsEverything(policy.document)) return false;
    return what.how === 'attached' || (await countAttachments(store, accountId, policy.policyId)).attachments > 0;
  };
  const judge = async (what: Given, { caller, targets, source, operation }: AuditFacts): Promise<void> => {
    if (caller === undefined || !(await grantsEverything(caller.accountId, what))) return;
    given.add(what.how);
    log.warn('a policy that allows everything was given', {
      accountId: caller.accountId,
      by: caller.arn,
      what: operation,
      to: targets.map(({ resource }) => resource),
      ...(what.how !== 'inline' && { policyArn: what.policyArn }),
      sourceIp: source.ip,
    });
  };
  const factorRemoved = (by: 'person' | 'administrator', facts: Readonly<Record<string, unknown>>): void => {
    removed.add(by);
    log.warn('a second factor was removed', { removedBy: by, ...facts });
  };

  return {
    changed(call) {
      const { service, operation, caller, targets, input, source } = call;
      if (service !== 'iam' || caller === undefined || input === undefined) return;
      if (operation === 'DeactivateMFADevice') {
        const [of] = targets.map(({ resource }) => resource);
        factorRemoved(of === caller.arn ? 'person' : 'administrator', { of, by: caller.arn, sourceIp: source.ip });
        return;
      }
      const what = GIVING.get(operation)?.(input as Input);
      // After the answer: the caller need not wait for an alarm.
      if (what !== undefined) judge(what, call).catch(fault);
    },
    keyUsed(use) {
      if (accessKeyDays === 0 || use.now - use.createdAt < accessKeyDays * DAY) return;
      oldKeys.inc();
      keyLines.add(use.accessKeyId, use);
    },
    watching: (record) => (event) => {
      const { eventName, outcome, actor, sourceIp } = event;
      if (eventName === 'DeactivateMFADevice' && outcome === 'allowed')
        factorRemoved('person', { of: actor.arn, by: actor.arn, sourceIp });
      return record(event);
    },
    flush: keyLines.flush,
  };
}
