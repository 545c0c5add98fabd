import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { LIMITS_OUTPUT, limitsTarget, shownLimits } from './session-limit-shapes.ts';

export const GetSessionLimits = declareOperation({
  name: 'GetSessionLimits',
  documentation:
    'Returns the limits of browser sessions in the account. The permission is checked on `arn:aws:rolecall::<account>:session-limits`.',
  readOnly: true,
  input: {},
  output: LIMITS_OUTPUT,
});

export function getSessionLimitsOperation({
  store,
  sessionLimits,
}: Pick<RolecallDependencies, 'store' | 'sessionLimits'>) {
  return declaredOperation(GetSessionLimits, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [limitsTarget(GetSessionLimits, accountId)], subject: undefined };
    },
    async handle(_input, { caller: { accountId } }) {
      return shownLimits((await store.accounts.get([accountId]))?.sessionLimits ?? {}, sessionLimits);
    },
  });
}
