import { Counter, type Registry } from 'prom-client';
import { type BreakGlassUse, type PrivilegedRule, privilegedRule } from '../../authorize/privileged.ts';
import type { Notices } from '../../identity/notices/notices.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { RecordAuditEvent } from '../../kernel/audit-event.ts';
import { eventIdMaker } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/settings.ts';

interface Parts {
  readonly store: Pick<IdentityStore, 'users'>;
  readonly registry: Registry;
  readonly log: Pick<Log, 'warn'>;
  readonly record: RecordAuditEvent;
  readonly random: Random;
  /** Absent if no mail server is configured. */
  readonly notices?: Pick<Notices, 'alarm'> | undefined;
}

/** The rule for privileged roles and groups. Each use of emergency access is audited, counted, logged and mailed. */
export function openPrivilegedRule(
  { privilegedSeconds: seconds }: Settings['signIn'],
  { store, registry, log, record, random, notices }: Parts,
): PrivilegedRule {
  const nextId = eventIdMaker(random);
  const uses = new Counter({
    name: 'rolecall_break_glass_uses_total',
    help: 'Uses of emergency access (rolecall break-glass) for privileged roles and groups. Alert on any.',
    registers: [registry],
  });
  const onBreakGlass = async ({ caller, target, reason, sourceIp, now }: BreakGlassUse): Promise<void> => {
    const { accountId, arn, type, userId } = caller;
    uses.inc();
    log.warn('emergency access was used', { arn, action: target.action, resource: target.resource, reason });
    const detail = `${target.action}, ${target.resource}`;
    notices?.alarm(accountId, { event: 'emergency-access-used', detail, by: arn });
    const eventId = nextId(now);
    await record({
      eventId,
      eventTime: new Date(now).toISOString(),
      eventSource: 'rolecall',
      eventName: 'UseBreakGlass',
      readOnly: false,
      accountId,
      actor: { type, arn, accountId, principalId: userId },
      sourceIp,
      authentication: { method: caller.accessKeyId === '' ? 'session' : 'sigv4', mfa: false },
      resources: [target.resource],
      request: { action: target.action, reason },
      outcome: 'allowed',
      requestId: eventId,
    });
  };
  return privilegedRule({ store, seconds, onBreakGlass });
}
