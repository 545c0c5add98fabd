import { type AccessUse, KEPT_MS } from '../../identity/accessed/accessed.ts';
import type { Organization } from '../../identity/documents/organizations/organization.ts';
import { defaultPolicy, SERVICE_CONTROL } from '../../identity/organizations/default-policies.ts';
import { entityPathOf } from '../../identity/organizations/entity-path.ts';
import { type OrganizationTarget, pathTo } from '../../identity/organizations/organization-tree.ts';
import type {
  OrganizationReport,
  OrganizationService,
} from '../../identity/reports/access-report/organization-reports.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { makePause } from '../../kernel/pause.ts';
import { type CompiledPolicy, compilePolicyText } from '../../policy/compile/compile-policy.ts';
import { deniesService, grantsService } from '../grants-service.ts';
import { type AccessReportSources, prefixOf } from './make-access-report.ts';

interface WantedReport {
  readonly organization: Organization;
  /** What the report is about. */
  readonly entity: OrganizationTarget;
  /** A service control policy, if the report is about the services that it allows. */
  readonly policyId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Lists the services that service control policies allow to an entity of an organization, and when its accounts last used them. Nothing
 * limits the management account, so a report on it lists every service, and others do not include its use.
 */
export async function makeOrganizationReport(
  sources: AccessReportSources,
  wanted: WantedReport,
): Promise<OrganizationReport> {
  const { organization, now } = wanted;
  const [catalogue, allows] = await Promise.all([sources.services(), allowedBy(sources, wanted)]);
  const pause = makePause();
  const uses = new Map<string, ServiceUse>();
  for (const accountId of accountsOf(wanted)) {
    const entityPath = entityPathOf(organization, accountId);
    for (const subjectId of await subjectsOf(sources, accountId)) {
      await pause();
      for (const use of await sources.accessed.usesOf(subjectId))
        if (use.at > now - KEPT_MS) add(uses, use, { accountId, entityPath });
    }
  }
  const services: OrganizationService[] = [];
  for (const prefix of new Set([...catalogue.prefixes, ...uses.keys()])) {
    await pause();
    if (!allows(prefix)) continue;
    const { accounts, last } = uses.get(prefix) ?? {};
    const name = catalogue.service(prefix)?.name ?? prefix;
    services.push({ prefix, name, total: accounts?.size ?? 0, ...(last !== undefined && { last }) });
  }
  return services.sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

/** What is known of the use of a service. */
interface ServiceUse {
  readonly accounts: Set<string>;
  last: NonNullable<OrganizationService['last']>;
}

function add(
  uses: Map<string, ServiceUse>,
  use: AccessUse,
  { accountId, entityPath }: { readonly accountId: string; readonly entityPath: string },
): void {
  const last = { at: use.at, region: use.region, entityPath };
  const known = uses.get(prefixOf(use));
  if (known === undefined) {
    uses.set(prefixOf(use), { accounts: new Set([accountId]), last });
    return;
  }
  known.accounts.add(accountId);
  if (known.last.at < use.at) known.last = last;
}

/** The accounts whose use is reported: those of the entity that the policy, if there is one, applies to. */
function accountsOf({ organization, entity, policyId }: WantedReport): readonly string[] {
  const { accounts, managementAccountId } = organization;
  if (entity.id === managementAccountId) return [managementAccountId];
  const ids = accounts.map(({ accountId }) => accountId).filter((id) => id !== managementAccountId);
  return ids.filter((id) => {
    const path = pathTo(organization, id);
    const isWithin = path.some((target) => target.id === entity.id);
    return isWithin && (policyId === undefined || path.some(({ policyIds }) => policyIds.includes(policyId)));
  });
}

/** The principals of an account, by the ids under which their uses are recorded: the root user, users and roles. */
async function subjectsOf({ store }: AccessReportSources, accountId: string): Promise<readonly string[]> {
  const [users, roles] = await Promise.all([
    readWholeIndex(store.users, 'byName', [accountId]),
    readWholeIndex(store.roles, 'byName', [accountId]),
  ]);
  return [accountId, ...users.map(({ userId }) => userId), ...roles.map(({ roleId }) => roleId)];
}

/** Tells whether service control policies allow anything of a service: one of each level, or the one that is asked about. */
async function allowedBy(
  sources: AccessReportSources,
  { organization, entity, policyId }: WantedReport,
): Promise<(prefix: string) => boolean> {
  if (entity.id === organization.managementAccountId) return () => true;
  const idsByLevel = policyId === undefined ? pathTo(organization, entity.id).map((at) => at.policyIds) : [[policyId]];
  const levels = await Promise.all(
    idsByLevel.map((ids) => Promise.all(ids.map((id) => controlPolicy(sources, organization, id)))),
  );
  const known = levels.map((level) => level.filter((policy) => policy !== undefined));
  return (prefix) =>
    known.every((level) => level.some((policy) => grantsService(policy, prefix))) &&
    !known.some((level) => level.some((policy) => deniesService(policy, prefix)));
}

/** A service control policy; `undefined` if it is of another type or gone. */
async function controlPolicy(
  { store }: AccessReportSources,
  { organizationId, policies }: Organization,
  id: string,
): Promise<CompiledPolicy | undefined> {
  const standard = defaultPolicy(id);
  const type = standard?.type ?? policies.find((policy) => policy.policyId === id)?.type;
  if (type !== SERVICE_CONTROL) return undefined;
  const text = standard?.content ?? (await store.organizationPolicies.get([organizationId, id]))?.content;
  return text === undefined ? undefined : compilePolicyText(text, { id, type: 'scp' });
}
