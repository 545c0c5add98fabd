import { parseArn } from '../../kernel/arn.ts';
import { parseDocument } from '../../policy/document/parse-document.ts';
import type { PolicyDocument } from '../../policy/document/policy-document.ts';
import type { Role } from '../documents/role.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { parseSessionArn, sessionIdOf } from './role-session-names.ts';
import { awsPrincipalsOf } from './trusted-principals.ts';

/** The id for a principal whose identity at the time of saving is unknown: it grants nothing. */
const NOBODY = '';

/**
 * Completes a role's ids for the users, roles and sessions that its trust policy names. Policies saved by earlier versions have none for
 * sessions, and none for principals of accounts that did not exist here then. A name alone is not trusted, because it may now belong to a
 * successor. A session is therefore bound to the role that has the name now only if that role is older than the trusting role, and so older
 * than the policy; roles cannot be renamed. All others are bound to no one until the policy is saved again.
 */
export async function bindTrust(store: Pick<IdentityStore, 'roles'>, role: Role): Promise<Role> {
  const { trustedIds = {} } = role;
  const unbound = namesIn(role.trustPolicy).filter((name) => !Object.hasOwn(trustedIds, name));
  if (unbound.length === 0) return role;
  const bound: Record<string, string> = { ...trustedIds };
  for (const name of unbound) bound[name] = await idOfFormerSession(store, name, role.createdAt);
  return { ...role, trustedIds: bound };
}

/** The principals with a unique id that a saved trust policy names. */
function namesIn(text: string): readonly string[] {
  // most policies trust services or an account, and need not be parsed
  if (!MAY_NAME.test(text)) return [];
  const document = documentOf(text);
  return document === undefined ? [] : awsPrincipalsOf(document).filter(hasUniqueId);
}

const MAY_NAME = /arn:|\\u/;

/** `undefined` for a policy that can no longer be parsed, which the engine treats as a denial. */
function documentOf(text: string): PolicyDocument | undefined {
  try {
    return parseDocument(text);
  } catch {
    return undefined;
  }
}

function hasUniqueId(principal: string): boolean {
  return parseSessionArn(principal) !== undefined || /^(?:user|role)\//.test(parseArn(principal)?.resource ?? '');
}

async function idOfFormerSession(
  store: Pick<IdentityStore, 'roles'>,
  principal: string,
  savedAfter: number,
): Promise<string> {
  const session = parseSessionArn(principal);
  if (session === undefined) return NOBODY;
  const { accountId, roleName, sessionName } = session;
  const [role] = (await store.roles.find('byName', [accountId, roleName.toLowerCase()], { limit: 1 })).items;
  if (role?.roleName !== roleName || role.createdAt > savedAfter) return NOBODY;
  return sessionIdOf(role.roleId, sessionName);
}
