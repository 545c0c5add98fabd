import { pageOf } from '../../identity/rules/paging.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { APPLICATION } from './application-shapes.ts';
import { applicationTarget, shownApplication } from './shown-application.ts';

/** Lists the applications of the caller's account, by id. */
export const ListApplications = declareOperation({
  name: 'ListApplications',
  documentation:
    'Lists the applications of the account, without their secrets. The permission is checked on `arn:aws:rolecall::<account>:application/*`.',
  readOnly: true,
  input: shape.pageRequest,
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
    async handle({ NextToken, MaxResults }, { caller: { accountId } }) {
      const { items, marker } = pageOf(await readWholeIndex(store.applications, 'key', [accountId]), {
        list: 'ListApplications',
        positionOf: ({ applicationId }) => applicationId,
        request: { marker: NextToken, maxItems: MaxResults },
      });
      return {
        Applications: items.map((application) => shownApplication(application, clock.now())),
        ...(marker !== undefined && { NextToken: marker }),
      };
    },
  });
}
