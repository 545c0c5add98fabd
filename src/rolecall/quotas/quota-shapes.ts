import type { Target } from '../../authorize/target.ts';
import type { Account } from '../../identity/documents/account.ts';
import { ADJUSTABLE_QUOTAS, type AdjustableQuota, QUOTAS } from '../../identity/rules/quotas.ts';
import { actionOf } from '../../operations/action-of.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';

const { boolean, enumeration, integer, list, optional, required, structure, text } = shape;

export const ADJUSTABLE_NAMES = Object.keys(ADJUSTABLE_QUOTAS) as AdjustableQuota[];
export const QUOTA_NAME = enumeration('AdjustableQuotaName', ADJUSTABLE_NAMES);
export const QUOTA_LIMIT = integer('QuotaLimit', { range: [0, null] });

const QUOTA = {
  QuotaName: required(text('QuotaName', { audited: true }), 'Its name, as `LimitExceeded` gives it.'),
  Limit: required(QUOTA_LIMIT, 'The limit in force.'),
  DefaultLimit: required(QUOTA_LIMIT, 'The limit of accounts that have not changed it: that of AWS.'),
  Adjustable: required(boolean('QuotaAdjustable'), 'Whether `SetQuota` can change it.'),
  MaxLimit: optional(QUOTA_LIMIT, 'The highest limit that `SetQuota` accepts.'),
};
export const QUOTAS_OUTPUT = {
  Quotas: required(list('QuotaList', structure('Quota', QUOTA)), 'The quotas, by name.'),
};

export function shownQuotas({ quotas = {} }: Pick<Account, 'quotas'>): StructureOf<typeof QUOTAS_OUTPUT> {
  const maxima: Readonly<Record<string, number | undefined>> = ADJUSTABLE_QUOTAS;
  return {
    Quotas: Object.values(QUOTAS)
      .map(({ name, limit }) => {
        const most = maxima[name];
        return {
          QuotaName: name,
          Limit: quotas[name] ?? limit,
          DefaultLimit: limit,
          Adjustable: most !== undefined,
          ...(most !== undefined && { MaxLimit: most }),
        };
      })
      .sort((a, b) => (a.QuotaName < b.QuotaName ? -1 : 1)),
  };
}

/** The quotas of an account, as what permissions are checked on. */
export function quotasTarget({ schema }: Pick<Declared, 'schema'>, accountId: string): Target {
  return { action: actionOf(schema), resource: rolecallArn(accountId, 'quotas'), resourceAccountId: accountId };
}
