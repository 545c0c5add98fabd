import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { QUOTAS_OUTPUT, quotasTarget, shownQuotas } from './quota-shapes.ts';

export const ListQuotas = declareOperation({
  name: 'ListQuotas',
  documentation:
    'Lists the quotas of IAM in the account. The permission is checked on `arn:aws:rolecall::<account>:quotas`.',
  readOnly: true,
  input: {},
  output: QUOTAS_OUTPUT,
});

export function listQuotasOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(ListQuotas, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [quotasTarget(ListQuotas, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      return shownQuotas((await store.accounts.get([accountId])) ?? {});
    },
  });
}
