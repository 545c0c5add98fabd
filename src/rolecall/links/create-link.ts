import { givingWayIn } from '../../authorize/privileged-member.ts';
import { userHolder } from '../../identity/credentials/stored-holders.ts';
import { linkId } from '../../identity/links/link-id.ts';
import { LINKS_PER_USER, linkLogin } from '../../identity/links/link-login.ts';
import { needsConfirmation } from '../../identity/own-browsers/confirmed-only.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { CONNECTOR_ERRORS, noSuchConnector } from '../connectors/connector-errors.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { passwordTarget } from '../users/password-target.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { LINK_ERRORS } from './link-errors.ts';
import { LINK, NAMED_LINK, shownLink } from './link-shapes.ts';
import { linkTargets } from './linked-user.ts';

/** Links an outside login to a user, on an administrator's word. People link their own logins on the page `/sign-in/links`. */
export const CreateLink = declareOperation({
  name: 'CreateLink',
  documentation:
    'Links an outside login to a user of the account: a person who signs in through the connector as this subject is this user, with its groups and policies. The caller vouches for it; nothing is checked at the provider. Does nothing if the user has the login already. The permission is checked twice: on `arn:aws:rolecall::<account>:connector/<name>` and on `arn:aws:iam::<account>:user/<path and name>`. Like giving the user a password, this hands out everything that the user may do, so the caller also needs `iam:CreateLoginProfile` on the user, or `iam:UpdateLoginProfile` if it has a password.',
  readOnly: false,
  input: { ...NAMED_LINK, ...NAMED_USER },
  output: { Link: shape.required(LINK, 'The link.') },
  errors: [CONNECTOR_ERRORS.NoSuchConnector, USER_ERRORS.NoSuchUser, LINK_ERRORS.LinkExists, LINK_ERRORS.TooMany],
});

export function createLinkOperation({ store, protection, clock, sendsMail }: RolecallDependencies) {
  return declaredOperation(CreateLink, {
    async authorize({ ConnectorName: connector, UserName: name }, { caller: { accountId } }) {
      const user = await USER.find(store, { accountId, name });
      const targets = await linkTargets(store, CreateLink, { accountId, connector, user: user ?? name });
      const password = await givingWayIn(protection(), passwordTarget(accountId, user ?? name), user);
      return { targets: [...targets, password], subject: user };
    },
    async handle({ ConnectorName, Subject: subject, UserName }, { caller }, user) {
      const { accountId } = caller;
      const connector = await store.connectors.get([accountId, ConnectorName]);
      if (connector === undefined) throw noSuchConnector(ConnectorName);
      if (user === undefined) throw USER.notFound(UserName);
      if (needsConfirmation({ holder: userHolder(user), caller, sendsMail })) {
        throw new ServiceError(
          'AccessDenied',
          'A login of the person who signed in for this session must be linked on the page /sign-in/links, which can confirm by mail that it is them.',
        );
      }
      const linked = await linkLogin({ store, clock }, { user, connector, subject });
      if (linked === 'no-user') throw USER.notFound(UserName);
      if (linked === 'taken') throw new ServiceError(LINK_ERRORS.LinkExists, 'The login is linked to another user.');
      if (linked === 'too-many') {
        throw new ServiceError(LINK_ERRORS.TooMany, `Cannot exceed quota for LinksPerUser: ${LINKS_PER_USER}`);
      }
      const link = linked.links?.find(({ id }) => id === linkId(connector.connectorId, subject));
      if (link === undefined) throw new TypeError('the link was just written');
      return { Link: shownLink(linked, link) };
    },
  });
}
