import { compileGathered } from '../../authorize/gather-policies.ts';
import { type AccessRecord, type AccessUse, KEPT_MS } from '../../identity/accessed/accessed.ts';
import type {
  AccessReport,
  ReportedEntity,
  ReportedService,
} from '../../identity/reports/access-report/access-reports.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { makePause } from '../../kernel/pause.ts';
import type { LoadServices, ServiceDescription } from '../../policy/catalogue/service-catalogue.ts';
import { type CompiledPolicy, compilePolicyText } from '../../policy/compile/compile-policy.ts';
import { gatherEntityPolicies } from '../entity.ts';
import { grantsAction, grantsService } from '../grants-service.ts';
import type { Accessor, AccessSubject } from './accessors.ts';

export interface AccessReportSources {
  readonly store: IdentityStore;
  readonly accessed: Pick<AccessRecord, 'usesOf'>;
  readonly services: LoadServices;
}

interface Wanted {
  readonly subject: AccessSubject;
  /** The users and roles that have the subject's policies. */
  readonly accessors: readonly Accessor[];
  /** Whether actions are reported. */
  readonly withActions: boolean;
  readonly now: number;
}

/**
 * Lists the services that the permissions policies of a user, group or role, or a managed policy, allow, and when they were last used.
 * Boundaries, session and organization policies are ignored, as AWS documents, and so is whether an attempt was allowed.
 */
export async function makeAccessReport(sources: AccessReportSources, wanted: Wanted): Promise<AccessReport> {
  const { subject, accessors, withActions, now } = wanted;
  const [catalogue, policies] = await Promise.all([sources.services(), policiesOf(sources.store, subject)]);
  const pause = makePause();
  const lasts = new Map<string, ServiceUses>();
  const entities: ReportedEntity[] = [];
  for (const { subjectId, ...entity } of accessors) {
    await pause();
    const used: Record<string, number> = {};
    for (const use of await sources.accessed.usesOf(subjectId)) {
      if (use.at <= now - KEPT_MS) continue;
      const prefix = prefixOf(use);
      used[prefix] = Math.max(used[prefix] ?? 0, use.at);
      const uses = lasts.get(prefix) ?? { entities: new Set(), actions: new Map() };
      lasts.set(prefix, uses);
      add(uses, use, entity.arn);
    }
    entities.push({ ...entity, used });
  }
  const services: ReportedService[] = [];
  for (const prefix of new Set([...catalogue.prefixes, ...lasts.keys()])) {
    await pause();
    if (!policies.some((policy) => grantsService(policy, prefix))) continue;
    const service = catalogue.service(prefix);
    const uses = lasts.get(prefix);
    services.push({
      prefix,
      name: service?.name ?? prefix,
      total: uses?.entities.size ?? 0,
      ...(uses?.last !== undefined && { last: uses.last }),
      ...(withActions && trackedActions(prefix, service, uses, policies)),
    });
  }
  return { services: services.sort((a, b) => (a.prefix < b.prefix ? -1 : 1)), entities };
}

async function policiesOf(store: IdentityStore, subject: AccessSubject): Promise<readonly CompiledPolicy[]> {
  if (subject.type === 'policy') {
    return [compilePolicyText(subject.document, { id: subject.arn, type: 'managed' })];
  }
  const { identity } = await gatherEntityPolicies(store, subject);
  return identity.map(compileGathered);
}

type LastUse = NonNullable<ReportedService['last']>;

/** What is known of the use of a service. */
interface ServiceUses {
  readonly entities: Set<string>;
  /** By name, without the prefix. */
  readonly actions: Map<string, LastUse>;
  last?: LastUse;
}

/** The service of an action. */
export function prefixOf({ action }: AccessUse): string {
  return action.slice(0, action.indexOf(':'));
}

function add(uses: ServiceUses, { action, at, region }: AccessUse, entity: string): void {
  const use: LastUse = { at, region, entity };
  const name = action.slice(action.indexOf(':') + 1);
  uses.entities.add(entity);
  if ((uses.last?.at ?? 0) < at) uses.last = use;
  if ((uses.actions.get(name)?.at ?? 0) < at) uses.actions.set(name, use);
}

/** The allowed actions whose use this server sees: all of its own services and the operator's, and of another service those used. */
function trackedActions(
  prefix: string,
  service: ServiceDescription | undefined,
  uses: ServiceUses | undefined,
  policies: readonly CompiledPolicy[],
): Pick<ReportedService, 'actions'> {
  const known = service?.isOwn === true ? service.actions.map(({ name }) => name) : [];
  const names = [...new Set([...known, ...(uses?.actions.keys() ?? [])])].filter((name) =>
    policies.some((policy) => grantsAction(policy, `${prefix}:${name}`)),
  );
  if (names.length === 0) return {};
  return {
    actions: names.sort().map((name) => {
      const last = uses?.actions.get(name);
      return { name, ...(last !== undefined && { last }) };
    }),
  };
}
