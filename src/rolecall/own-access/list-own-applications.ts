import { applicationUserOf } from '../../identity/applications/application-user.ts';
import { pageOf } from '../../identity/rules/paging.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';

const { enumeration, list, optional, required, structure, text, timestamp } = shape;

const SHOWN = text('OwnApplicationText');

const OWN_APPLICATION = structure(
  'OwnApplication',
  {
    ApplicationId: required(SHOWN, 'Its id.'),
    AccountId: required(SHOWN, 'The account that it belongs to.'),
    DisplayName: required(SHOWN, 'Its name.'),
    Protocol: required(enumeration('OwnApplicationProtocol', ['OIDC', 'SAML']), 'How people sign in to it.'),
    StartUrl: optional(
      SHOWN,
      'The address that opens it. Absent if people have to open it themselves, such as a program on their machine.',
    ),
    IconVersion: optional(
      timestamp('IconVersion'),
      'Since when it has this icon, at the earliest. Absent if it has none.',
    ),
  },
  { documentation: 'An application that the caller may use.' },
);

/** Lists the applications that the caller may use. */
export const ListOwnApplications = declareOperation({
  name: 'ListOwnApplications',
  documentation:
    'Lists the applications that the caller may sign in to: those of its account that are open to all of it or assigned to the caller or one of its groups, and those of the configuration file that are open to everyone. Applications that another account opened to everyone by the API are left out: only they themselves send people here. Sessions of roles and federated users get none, because they cannot sign in to applications. Needs no permission.',
  readOnly: true,
  input: shape.pageRequest,
  output: {
    Applications: required(list('OwnApplicationList', OWN_APPLICATION), 'The applications, by name.'),
    ...shape.pageResponse,
  },
  pageOf: 'Applications',
});

export function listOwnApplicationsOperation({
  store,
  ownApplications,
}: Pick<RolecallDependencies, 'store' | 'ownApplications'>) {
  return declaredOperation(ListOwnApplications, {
    authorize: async () => ({ targets: [], subject: undefined }),
    async handle({ NextToken, MaxResults }, { caller }) {
      const user = await applicationUserOf(store, caller);
      const { items, marker } = pageOf(user === undefined ? [] : await ownApplications.find(user), {
        list: 'ListOwnApplications',
        positionOf: ({ displayName, applicationId }) => JSON.stringify([displayName.toLowerCase(), applicationId]),
        request: { marker: NextToken, maxItems: MaxResults },
      });
      return {
        Applications: items.map((each) => ({
          ApplicationId: each.applicationId,
          AccountId: each.accountId,
          DisplayName: each.displayName,
          Protocol: each.protocol,
          StartUrl: each.startUrl,
          IconVersion: each.iconVersion === undefined ? undefined : new Date(each.iconVersion),
        })),
        ...(marker !== undefined && { NextToken: marker }),
      };
    },
  });
}
