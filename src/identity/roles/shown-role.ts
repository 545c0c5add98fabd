import { assumedRoleArn } from '../../kernel/arn.ts';
import { accountIdOf } from '../../kernel/ids.ts';
import { parseDocument } from '../../policy/document/parse-document.ts';
import type { PolicyDocument, PrincipalEntry } from '../../policy/document/policy-document.ts';
import { principalsOf } from '../../policy/document/principals-of.ts';
import type { Role } from '../documents/role.ts';
import { arnOf } from '../policy-holder/holder-kind.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';
import { bindTrust } from './bind-trust.ts';
import { roleKind } from './role-kind.ts';

/** A role whose trust policy shows its principals under their current names. */
export interface ShownRole extends Role {
  readonly isShown: true;
}

type Store = Pick<IdentityStore, 'users' | 'roles'>;

/** Prepares roles for output. Looks up each principal only once per answer. */
export type ShowRole = (role: Role) => Promise<ShownRole>;

/**
 * Shows trust policies as AWS does: a principal trusted by a unique id appears under its current ARN, or under the unique id (`AIDA…`,
 * `AROA…`, `AROA…:SESSION`) once it is gone. Everything else stays as entered, including white space.
 */
export function roleViewer(store: Store): ShowRole {
  const names = new Map<string, Promise<string>>();
  const nameOf = (uniqueId: string): Promise<string> => {
    let name = names.get(uniqueId);
    if (name === undefined) {
      name = currentName(store, uniqueId);
      names.set(uniqueId, name);
    }
    return name;
  };
  return async (role) => ({ ...role, trustPolicy: await shownPolicy(store, role, nameOf), isShown: true });
}

/** Prepares a single role for output. */
export function showRole(store: Store, role: Role): Promise<ShownRole> {
  return roleViewer(store)(role);
}

async function shownPolicy(store: Store, role: Role, nameOf: (uniqueId: string) => Promise<string>): Promise<string> {
  const { trustPolicy: text } = role;
  const document = documentOf(text);
  if (document === undefined) return text;
  const { trustedIds = {} } = await bindTrust(store, role);
  let shown = text;
  // from last to first, so that earlier offsets stay valid
  for (const { text: name, at } of awsEntries(document).reverse()) {
    const uniqueId = Object.hasOwn(trustedIds, name) ? trustedIds[name] : name;
    // show a principal that is bound to no one as it was entered
    const current = uniqueId === undefined || uniqueId === '' ? name : await nameOf(uniqueId);
    if (current !== name) shown = shown.slice(0, at) + JSON.stringify(current) + shown.slice(endOfString(shown, at));
  }
  return shown;
}

/** `undefined` for a policy that can no longer be parsed, which is shown as it is. */
function documentOf(text: string): PolicyDocument | undefined {
  try {
    return parseDocument(text);
  } catch {
    return undefined;
  }
}

function awsEntries(document: PolicyDocument): PrincipalEntry[] {
  return principalsOf(document).filter(({ type }) => type === 'AWS');
}

/** The offset after the JSON string that starts at `at`. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

/** The current ARN of a user, role or session, by unique id. Returns the input if the entity is gone or the text is not an id. */
async function currentName(store: Store, uniqueId: string): Promise<string> {
  const [entityId = '', sessionName] = uniqueId.split(':');
  const accountId = accountIdOf(entityId);
  if (accountId === undefined) return uniqueId;
  const key = [accountId, entityId];
  const role = await store.roles.get(key);
  if (role !== undefined) {
    return sessionName === undefined ? arnOf(roleKind, role) : assumedRoleArn(accountId, role.roleName, sessionName);
  }
  const user = sessionName === undefined ? await store.users.get(key) : undefined;
  return user === undefined ? uniqueId : arnOf(userKind, user);
}
