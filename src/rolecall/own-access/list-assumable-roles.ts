import { nameOf } from '../../authorize/denial-reasons.ts';
import type { FoundRole } from '../../evaluation/role-finder.ts';
import type { TrustingRole } from '../../identity/roles/trusting-roles.ts';
import { DEFAULT_MAX_ITEMS, makeMarker, readMarker } from '../../identity/rules/paging.ts';
import { ownSessionName } from '../../identity/sessions/own-session-name.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { scopeOf } from '../../policy/combine/match-statement.ts';
import type { CompiledStatement } from '../../policy/compile/compiled-policy.ts';
import { GRANT } from '../../policy/match/grant.ts';
import { matchPrincipal } from '../../policy/match/match-principal.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';
import { ASSUMABLE_ROLE } from './assumable-role-shapes.ts';

/** Lists the roles that the caller may assume. */
export const ListAssumableRoles = declareOperation({
  name: 'ListAssumableRoles',
  documentation:
    'Lists the roles of all accounts that the caller may assume, found by deciding on `sts:AssumeRole` for each role whose trust policy may let the caller in: the result is what `AssumeRole` would answer to a call from the same place with just this session name. Roles that only lack a second factor are marked. Needs no permission, because it tells nothing that a call of `AssumeRole` does not.',
  readOnly: true,
  input: {
    RoleSessionName: shape.optional(
      shape.text('OwnSessionName', { length: [2, 64], pattern: '[\\w+=,.@-]*', audited: true }),
      'The session name that the caller would use, if policies ask for one. Default: the name of the user or of the session.',
    ),
    Contains: shape.optional(
      shape.text('RoleSearchText', { length: [1, 128], audited: true }),
      'Only roles whose ARN or description contains this text, in any case.',
    ),
    ...shape.pageRequest,
  },
  output: {
    Roles: shape.required(shape.list('AssumableRoleList', ASSUMABLE_ROLE), 'The roles, by ARN.'),
    ...shape.pageResponse,
  },
  pageOf: 'Roles',
});

const LIST = 'ListAssumableRoles';

export function listAssumableRolesOperation({ store, roleFinder }: Pick<RolecallDependencies, 'store' | 'roleFinder'>) {
  return declaredOperation(ListAssumableRoles, {
    authorize: async () => ({ targets: [], subject: undefined }),
    async handle({ RoleSessionName, Contains, NextToken, MaxResults }, { caller, source, now }) {
      const { items, next } = await roleFinder.find(
        { caller, source, now },
        {
          sessionName: RoleSessionName ?? ownSessionName(caller),
          accepts: Contains === undefined ? undefined : contains(Contains),
          after: NextToken === undefined ? undefined : readMarker(LIST, NextToken),
          limit: MaxResults ?? DEFAULT_MAX_ITEMS,
        },
      );
      const aliases = await aliasesOf(store, items);
      return {
        Roles: items.map((item) => shownRole(item, aliases)),
        ...(next !== undefined && { NextToken: makeMarker(LIST, next) }),
      };
    },
  });
}

function contains(text: string): (role: TrustingRole) => boolean {
  const wanted = text.toLowerCase();
  return ({ arn, role: { description = '' } }) =>
    arn.toLowerCase().includes(wanted) || description.toLowerCase().includes(wanted);
}

type Aliases = ReadonlyMap<string, string | undefined>;

async function aliasesOf(store: Pick<IdentityStore, 'accounts'>, items: readonly FoundRole[]): Promise<Aliases> {
  const accountIds = [...new Set(items.map(({ found }) => found.accountId))];
  const aliases = accountIds.map(async (id) => [id, (await store.accounts.get([id]))?.alias] as const);
  return new Map(await Promise.all(aliases));
}

function shownRole({ found, decision, needsFactor }: FoundRole, aliases: Aliases): ValueOf<typeof ASSUMABLE_ROLE> {
  const { arn, accountId, role } = found;
  return {
    Arn: arn,
    RoleName: role.roleName,
    AccountId: accountId,
    AccountAlias: aliases.get(accountId),
    Description: role.description,
    TrustedAs: trustedAs(decision),
    GrantedBy: decision.statements.filter(({ source }) => OWN.has(source.type)).map(grantOf),
    NeedsSecondFactor: needsFactor,
  };
}

const OWN: ReadonlySet<string> = new Set(['inline', 'managed']);

function grantOf(statement: CompiledStatement) {
  const { policy, sid } = nameOf(statement);
  return { Policy: policy, Statement: sid };
}

/** What the statement that lets the caller in names. */
function trustedAs({ request, layers, statements }: FoundRole['decision']) {
  const trust = statements.find(({ source }) => source.type === 'trust');
  if (trust === undefined || trust.principals?.negated || trust.principals?.names.some(isStar)) return 'ANYONE';
  return matchPrincipal(trust, scopeOf(request, layers)) === GRANT.account ? 'ACCOUNT' : 'CALLER';
}

function isStar(name: string): boolean {
  return name === '*' || name === 'AWS:*';
}
