import { lookAlikeKey } from '../../identity/applications/registration/look-alikes.ts';
import type { Application } from '../../identity/documents/application.ts';
import { DEFAULT_MAX_ITEMS, makeMarker, readMarker } from '../../identity/rules/paging.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';
import { APPLICATION, ORIGIN } from './application-shapes.ts';
import { applicationTarget, shownApplication } from './shown-application.ts';

const LIST = 'ListApplications';

/** Lists the applications of the caller's account, by id. */
export const ListApplications = declareOperation({
  name: LIST,
  documentation:
    'Lists the applications of the account, without their secrets. Those that registered themselves have `Registration`, which also says whose names look alike. The permission is checked on `arn:aws:rolecall::<account>:application/*`.',
  readOnly: true,
  input: {
    Origin: shape.optional(ORIGIN, 'Only those that are managed in this way. Default: all.'),
    ...shape.pageRequest,
  },
  output: {
    Applications: shape.required(shape.list('ApplicationList', APPLICATION), 'The applications, by id.'),
    ...shape.pageResponse,
  },
  pageOf: 'Applications',
});

export function listApplicationsOperation({ store, clock }: RolecallDependencies) {
  return declaredOperation(ListApplications, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [applicationTarget(ListApplications, accountId, { id: '*' })], subject: undefined };
    },
    async handle({ Origin, NextToken, MaxResults = DEFAULT_MAX_ITEMS }, { caller: { accountId } }) {
      const after = NextToken === undefined ? '' : readMarker(LIST, NextToken);
      const managed = await readWholeIndex(store.applications, 'key', [accountId]);
      const known = new Set(managed.map(({ applicationId }) => applicationId));
      const registered = await nextRegistered(store, { accountId, after, count: MaxResults + 1 });
      const items = [...managed, ...registered.filter(({ applicationId }) => !known.has(applicationId))]
        .filter(
          ({ applicationId, origin }) =>
            applicationId > after && (Origin ?? origin.toUpperCase()) === origin.toUpperCase(),
        )
        .sort((a, b) => (a.applicationId < b.applicationId ? -1 : 1));
      const page = items.slice(0, MaxResults);
      const last = page.at(-1);
      const names = new Map(
        managed.map(({ displayName, applicationId }) => [lookAlikeKey(displayName), applicationId]),
      );
      return {
        Applications: page.map((application) => marked(shownApplication(application, clock.now()), names)),
        ...(last !== undefined && items.length > page.length && { NextToken: makeMarker(LIST, last.applicationId) }),
      };
    },
  });
}

/** The next applications that registered themselves. There may be many, so not all of them are read. */
async function nextRegistered(
  { registeredApplications }: Pick<IdentityStore, 'registeredApplications'>,
  { accountId, after, count }: { readonly accountId: string; readonly after: string; readonly count: number },
): Promise<readonly Application[]> {
  // The bound includes the last one of the page before.
  const { items } = await registeredApplications.find('key', [accountId], { from: after, limit: count + 1 });
  return items;
}

function marked(
  application: ValueOf<typeof APPLICATION>,
  names: ReadonlyMap<string, string>,
): ValueOf<typeof APPLICATION> {
  const { Registration: registration } = application;
  const looksLike = registration && names.get(registration.LookAlikeGroup);
  if (registration === undefined || looksLike === undefined) return application;
  return { ...application, Registration: { ...registration, LooksLike: looksLike } };
}
