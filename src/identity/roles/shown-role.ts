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

/** A role whose trust policy names its principals as they are called by now. */
export interface ShownRole extends Role {
  readonly isShown: true;
}

type Store = Pick<IdentityStore, 'users' | 'roles'>;

/** Makes roles ready to be shown; of one answer, each principal is looked up once. */
export type ShowRole = (role: Role) => Promise<ShownRole>;

/**
 * Shows trust policies as AWS does: a principal trusted by a unique id is shown by the ARN that it has now, and by the unique id
 * (`AIDA…`, `AROA…`, `AROA…:SESSION`) once it is gone. All else stays as it was put in, white space included.
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

/** Shows one role. */
export function showRole(store: Store, role: Role): Promise<ShownRole> {
  return roleViewer(store)(role);
}

async function shownPolicy(store: Store, role: Role, nameOf: (uniqueId: string) => Promise<string>): Promise<string> {
  const { trustPolicy: text } = role;
  const document = documentOf(text);
  if (document === undefined) return text;
  const { trustedIds = {} } = await bindTrust(store, role);
  let shown = text;
  // from the last to the first, so that the offsets of those before stay right
  for (const { text: name, at } of awsEntries(document).reverse()) {
    const uniqueId = Object.hasOwn(trustedIds, name) ? trustedIds[name] : name;
    // one that is bound to nobody is shown as it was put in
    const current = uniqueId === undefined || uniqueId === '' ? name : await nameOf(uniqueId);
    if (current !== name) shown = shown.slice(0, at) + JSON.stringify(current) + shown.slice(endOfString(shown, at));
  }
  return shown;
}

/** A policy that cannot be read by now is shown as it is. */
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

/** The offset behind the JSON string that begins at an offset. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

/** The ARN of a user, role or session by its unique id; the id itself if it is gone, and what is no id. */
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
