import type { AuditLog } from '../audit/audit-log.ts';
import type { AuthorizationMessages } from '../authorize/authorization-messages.ts';
import type { Authorizer } from '../authorize/authorizer.ts';
import type { Privileges } from '../evaluation/sign-in/privileges.ts';
import type { Credentials } from '../identity/access-keys/credentials.ts';
import type { LastUsed } from '../identity/access-keys/last-used.ts';
import type { AccessRecord } from '../identity/accessed/accessed.ts';
import type { Notices } from '../identity/notices/notices.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { RecordAuditEvent } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { identityProver, type ProveIdentity } from '../operations/authentication/caller-identity.ts';
import { createAuthenticate } from '../operations/authentication/signature.ts';
import { createCallRecord } from '../operations/call-record.ts';
import { callerLimit } from '../operations/caller-limit.ts';
import type { Protocols } from '../operations/choose-protocol.ts';
import type { ReportFault } from '../operations/errors/thrown-error.ts';
import { createInvoker, type Invoker } from '../operations/invoke.ts';
import { createPipeline, type Pipeline } from '../operations/pipeline.ts';
import type { Registry } from '../operations/registry.ts';
import { strangerLimit } from '../operations/stranger-limit.ts';
import { openSecurityAlarms } from './alarms/security-alarms.ts';
import type { Metrics } from './health/metrics.ts';
import type { FaultLog } from './log/fold-faults.ts';
import type { Log } from './log/log.ts';
import { openPrivilegedRule } from './login/privileged-rule.ts';
import { openRootAlarm } from './login/root-alarm.ts';
import type { Settings } from './settings/settings.ts';

interface CallDependencies {
  readonly registry: Registry;
  readonly protocols: Protocols;
  readonly store: IdentityStore;
  readonly credentials: Credentials;
  readonly authorizer: Authorizer;
  readonly privileges: Pick<Privileges, 'isAdministratorRole'>;
  readonly messages: AuthorizationMessages;
  readonly lastUsed: LastUsed;
  readonly accessed: AccessRecord;
  readonly audit: AuditLog;
  readonly metrics: Metrics;
  readonly faults: FaultLog;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  /** Absent if no mail server is configured. */
  readonly notices: Pick<Notices, 'alarm'> | undefined;
}

/** The two ways to call operations: signed, over the wire, and as a signed-in person, from our pages. */
interface Calls extends Invoker {
  readonly pipeline: Pipeline;
  /** Audits what happens on the pages. */
  readonly recordSignIn: RecordAuditEvent;
  /** Proves who signed a request that was handed over, and not sent. */
  readonly proveIdentity: ProveIdentity;
  /** Writes what is recorded of calls that have ended. */
  flush(): void;
}

/** Opens both ways to call operations, which share it all: limits, decisions and the audit. */
export function openCalls(settings: Settings, deps: CallDependencies): Calls {
  const { registry, protocols, store, credentials, authorizer, lastUsed, audit, metrics, faults, log } = deps;
  const { clock, random } = deps;
  const { callsPerSecond, unsignedCallsPerSecond } = settings.server;
  const strangers = strangerLimit(unsignedCallsPerSecond);
  const rootAlarm = openRootAlarm({ registry: metrics.registry, log, notices: deps.notices });
  const alarms = openSecurityAlarms({
    registry: metrics.registry,
    log,
    store,
    accessKeyDays: settings.alarms.accessKeyDays,
    fault: (error) => faults.error('an alarm could not be decided', error, {}),
  });
  const callRecord = createCallRecord({
    record: audit.recordLine,
    random,
    rootUsed: rootAlarm.used,
    changed: alarms.changed,
  });
  const fault: ReportFault = (error, facts) => faults.error('a call failed', error, facts);
  const shared = {
    registry,
    authorizer,
    accessed: deps.accessed,
    authorizationMessages: deps.messages,
    privileged: openPrivilegedRule(settings, {
      store,
      privileges: deps.privileges,
      registry: metrics.registry,
      log,
      record: audit.record,
      random,
      notices: deps.notices,
    }),
    limit: callsPerSecond === 0 ? undefined : callerLimit(callsPerSecond),
    callRecord,
    whenRoom: audit.whenRoom,
    recordRefusal: audit.refusal,
    clock,
    observe: metrics.observeCall,
    fault,
  };
  const authenticate = createAuthenticate({
    credentials,
    authorizer,
    lastUsed,
    services: registry.services,
    strangers,
    keyUsed: alarms.keyUsed,
  });
  const pipeline = createPipeline({
    ...shared,
    protocols,
    authenticate,
    strangers,
    random,
    errorPositions: settings.policies.errorPositions,
  });
  return {
    pipeline,
    ...createInvoker(shared),
    recordSignIn: rootAlarm.watching(alarms.watching(audit.record)),
    proveIdentity: identityProver({ authenticate, publicUrl: settings.server.publicUrl }),
    flush() {
      callRecord.flush();
      rootAlarm.flush();
      alarms.flush();
    },
  };
}
