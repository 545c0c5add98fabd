import type { Account } from '../../identity/documents/account.ts';
import { ADJUSTABLE_QUOTAS } from '../../identity/rules/quotas.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { QUOTA_LIMIT, QUOTA_NAME, QUOTAS_OUTPUT, quotasTarget, shownQuotas } from './quota-shapes.ts';

export const SetQuota = declareOperation({
  name: 'SetQuota',
  documentation:
    'Changes a quota of the account, at once. What is there already stays, even if it is more than the new limit. The permission is checked on `arn:aws:rolecall::<account>:quotas`.',
  readOnly: false,
  input: {
    QuotaName: shape.required(QUOTA_NAME, 'The quota.'),
    Limit: shape.optional(QUOTA_LIMIT, 'The new limit, up to its `MaxLimit`. Default: back to the `DefaultLimit`.'),
  },
  output: QUOTAS_OUTPUT,
});

export function setQuotaOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(SetQuota, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [quotasTarget(SetQuota, accountId)], subject: undefined };
    },
    async handle({ QuotaName: name, Limit: limit }, { caller: { accountId } }) {
      const most = ADJUSTABLE_QUOTAS[name];
      if (limit !== undefined && limit > most)
        throw new ServiceError(
          'ValidationError',
          `1 validation error detected: Limit: must be at most ${most} for ${name}`,
        );
      let changed: Pick<Account, 'quotas'> = {};
      await store.accounts.update([accountId], ({ quotas: old = {}, ...account }) => {
        const { [name]: _former, ...others } = old;
        const quotas = { ...others, ...(limit !== undefined && { [name]: limit }) };
        changed = Object.keys(quotas).length > 0 ? { quotas } : {};
        return { ...account, ...changed };
      });
      return shownQuotas(changed);
    },
  });
}
