import type { Target } from '../../authorize/target.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { Link } from '../../identity/documents/link.ts';
import type { User } from '../../identity/documents/user.ts';
import { linkId } from '../../identity/links/link-id.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { actionOf } from '../../operations/action-of.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import { namedConnectorTarget } from '../connectors/shown-connector.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import { USER } from '../users/user-resource.ts';

interface NamedLink {
  readonly ConnectorName: string;
  readonly Subject: string;
}

/** A link with its user. */
export interface FoundLink {
  readonly user: User;
  readonly link: Link;
}

/** Finds a login of an account: of the connector as it is, or of one with this name that was deleted. */
export async function findLink(
  store: IdentityStore,
  accountId: string,
  { ConnectorName: name, Subject: subject }: NamedLink,
): Promise<FoundLink | undefined> {
  const connector = await store.connectors.get([accountId, name]);
  return connector === undefined
    ? await findLeftOver(store, accountId, { name, subject })
    : await findOf(store, connector, subject);
}

async function findOf(store: IdentityStore, connector: Connector, subject: string): Promise<FoundLink | undefined> {
  const id = linkId(connector.connectorId, subject);
  const [user] = (await store.users.find('byLink', [id], { limit: 1 })).items;
  const link = user?.links?.find((each) => each.id === id);
  return user === undefined || link === undefined ? undefined : { user, link };
}

async function findLeftOver(
  store: IdentityStore,
  accountId: string,
  { name, subject }: { readonly name: string; readonly subject: string },
): Promise<FoundLink | undefined> {
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await store.users.find('byConnector', [name], { limit: 500, ...(after !== undefined && { after }) });
    for (const user of page.items) {
      const link = user.links?.find((each) => each.connector === name && each.subject === subject);
      if (link !== undefined && user.accountId === accountId) return { user, link };
    }
    after = page.next;
  }
  return undefined;
}

/** What an operation on a link is authorised on: the connector and the user. */
export async function linkTargets(
  store: Pick<IdentityStore, 'connectors'>,
  declared: Pick<Declared, 'schema'>,
  {
    accountId,
    connector,
    user,
  }: { readonly accountId: string; readonly connector: string; readonly user: User | string },
): Promise<readonly Target[]> {
  const name = typeof user === 'string' ? user : user.userName;
  const found = typeof user === 'string' ? undefined : user;
  return [
    await namedConnectorTarget(store, declared, { accountId, name: connector }),
    namedTarget(USER, { action: actionOf(declared.schema), named: { accountId, name }, found }),
  ];
}
