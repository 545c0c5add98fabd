import type { User } from '../../identity/documents/user.ts';
import { DEFAULT_MAX_ITEMS, makeMarker, pageAtMarker, readMarker } from '../../identity/rules/paging.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import { CONNECTOR_NAME } from '../connectors/connector-shapes.ts';
import { namedConnectorTarget } from '../connectors/shown-connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { LINK, shownLink } from './link-shapes.ts';

/** Lists the people of a connector, or the outside logins of a user. */
export const ListLinks = declareOperation({
  name: 'ListLinks',
  documentation:
    'Lists the outside logins of a connector, which are its people, or those of one user. Give either `ConnectorName` or `UserName`; the permission is checked on `arn:aws:rolecall::<account>:connector/<name>` or on `arn:aws:iam::<account>:user/<path and name>`. A page may have fewer links than `MaxResults`; the list ends when `NextToken` is absent.',
  readOnly: true,
  input: {
    ConnectorName: shape.optional(CONNECTOR_NAME, 'The name of the connector.'),
    UserName: shape.optional(NAMED_USER.UserName.shape, 'The name of the user.'),
    ...shape.pageRequest,
  },
  output: {
    Links: shape.required(shape.list('LinkList', LINK), 'The links, by the name of the user.'),
    ...shape.pageResponse,
  },
  errors: [USER_ERRORS.NoSuchUser],
  pageOf: 'Links',
});

export function listLinksOperation({ store }: RolecallDependencies) {
  return declaredOperation(ListLinks, {
    async authorize({ ConnectorName: connector, UserName: name }, { caller: { accountId } }) {
      if ((connector === undefined) === (name === undefined)) {
        throw new ServiceError('ValidationError', '1 validation error detected: give either ConnectorName or UserName');
      }
      if (connector !== undefined) {
        const target = await namedConnectorTarget(store, ListLinks, { accountId, name: connector });
        return { targets: [target], subject: undefined };
      }
      const named = { accountId, name: name ?? '' };
      const found = await USER.find(store, named);
      return { targets: [namedTarget(USER, { action: actionOf(ListLinks.schema), named, found })], subject: found };
    },
    async handle({ ConnectorName: connector, UserName, NextToken, MaxResults }, { caller: { accountId } }, user) {
      if (connector === undefined) {
        if (user === undefined) throw USER.notFound(UserName ?? '');
        return { Links: (user.links ?? []).map((link) => shownLink(user, link)) };
      }
      const list = `ListLinks ${connector}`;
      const after = NextToken === undefined ? undefined : readMarker(list, NextToken);
      const at = { limit: MaxResults ?? DEFAULT_MAX_ITEMS, ...(after !== undefined && { after }) };
      const page = await pageAtMarker(store.users.find('byConnector', [connector], at));
      return {
        Links: page.items
          .filter((each) => each.accountId === accountId)
          .flatMap((each) => linksThrough(each, connector)),
        ...(page.next !== undefined && { NextToken: makeMarker(list, page.next) }),
      };
    },
  });
}

function linksThrough(user: User, connector: string) {
  return (user.links ?? []).filter((link) => link.connector === connector).map((link) => shownLink(user, link));
}
