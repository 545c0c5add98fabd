import { unlinkLogin } from '../../identity/links/link-login.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { namedConnectorTarget } from '../connectors/shown-connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { LINK_ERRORS } from './link-errors.ts';
import { NAMED_LINK } from './link-shapes.ts';
import { findLink, linkTargets } from './linked-user.ts';

/** Removes an outside login from a user. */
export const DeleteLink = declareOperation({
  name: 'DeleteLink',
  documentation:
    'Unlinks an outside login from its user. All sign-ins that came through it end, on every process within a second, and the user leaves the groups that only this login gave. The user stays, even if it can no longer sign in. If the connector creates users, the next sign-in with this login makes a new one. Works for links of deleted connectors too. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>` and, if there is such a link, on the user.',
  readOnly: false,
  input: NAMED_LINK,
  output: {},
  errors: [LINK_ERRORS.NoSuchLink],
});

export function deleteLinkOperation({ store }: RolecallDependencies) {
  return declaredOperation(DeleteLink, {
    async authorize(input, { caller: { accountId } }) {
      const found = await findLink(store, accountId, input);
      const connector = input.ConnectorName;
      const targets =
        found === undefined
          ? [await namedConnectorTarget(store, DeleteLink, { accountId, name: connector })]
          : await linkTargets(store, DeleteLink, { accountId, connector, user: found.user });
      return { targets, subject: found };
    },
    async handle({ Subject }, _call, found) {
      const removed = found && (await unlinkLogin(store, { user: found.user, id: found.link.id }));
      if (removed === undefined) {
        throw new ServiceError(LINK_ERRORS.NoSuchLink, `No user is linked to the login ${Subject} of this connector.`);
      }
      return {};
    },
  });
}
