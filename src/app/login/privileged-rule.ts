import { Counter, type Registry } from 'prom-client';
import {
  type BreakGlassUse,
  type PrivilegedRule,
  type PrivilegedRuleDependencies,
  privilegedRule,
  type WeakOpening,
} from '../../authorize/privileged.ts';
import type { Privileges } from '../../evaluation/sign-in/privileges.ts';
import type { Notices } from '../../identity/notices/notices.ts';
import { canHavePasskeys } from '../../identity/passkeys/passkey-settings.ts';
import type { RecordAuditEvent } from '../../kernel/audit-event.ts';
import { foldRepeats } from '../../kernel/fold-repeats.ts';
import { eventIdMaker } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/settings.ts';

interface Parts extends Pick<PrivilegedRuleDependencies, 'store'> {
  readonly privileges: Pick<Privileges, 'isAdministratorRole'>;
  readonly registry: Registry;
  readonly log: Pick<Log, 'warn'>;
  readonly record: RecordAuditEvent;
  readonly random: Random;
  /** Absent if no mail server is configured. */
  readonly notices?: Pick<Notices, 'alarm'> | undefined;
}

/** The page on which people add factors. */
const FACTORS_PATH = '/sign-in/factors';
/** How long openings of one role by one person after the first are collected for one line of the log, in ms. */
const WINDOW_MS = 60_000;

/** The rule for privileged roles and groups. Each use of emergency access is audited, counted, logged and mailed. */
export function openPrivilegedRule(
  { signIn, server: { publicUrl } }: Pick<Settings, 'signIn' | 'server'>,
  { store, privileges, registry, log, record, random, notices }: Parts,
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
  return privilegedRule({
    store,
    seconds: signIn.privilegedSeconds,
    onBreakGlass,
    administratorRoles: {
      isAdministratorRole: privileges.isAdministratorRole,
      rule: { days: signIn.adminPasskeyDays },
      hasPasskeys: canHavePasskeys(publicUrl),
      factorsUrl: `${publicUrl}${FACTORS_PATH}`,
      onWeakOpening: weakOpenings(registry, log),
    },
  });
}

/** Counts and logs sessions of administrators' roles that people open after a sign-in without a passkey or security key. */
function weakOpenings(registry: Registry, log: Pick<Log, 'warn'>): (opening: WeakOpening) => void {
  const openings = new Counter({
    name: 'rolecall_administrator_roles_without_passkey_total',
    help: 'Roles with the rights of an administrator that people opened, or tried to, after a sign-in without a passkey or security key.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const lines = foldRepeats<WeakOpening>(
    ({ role, person, until }, count) =>
      log.warn('a person opens a role of administrators without a passkey or security key', {
        role,
        person,
        ...(until === undefined ? { outcome: 'refused' } : { requiredFrom: new Date(until).toISOString() }),
        ...(count > 1 && { count }),
      }),
    WINDOW_MS,
  );
  return (opening) => {
    const { role, person, until } = opening;
    openings.inc({ outcome: until === undefined ? 'refused' : 'allowed' });
    lines.add(`${person} ${role} ${until === undefined}`, opening);
  };
}
