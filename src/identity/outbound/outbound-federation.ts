import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { requireAccount } from '../accounts/account-alias.ts';
import type { Account } from '../documents/account.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';

type Store = Pick<IdentityStore, 'accounts'>;

const ISSUER_ID_BYTES = 16;
/** The path of an account's issuer, from the server's root. */
const ISSUER_PATH = /^\/outbound\/[0-9a-f]{32}$/;

/** The issuer of an account. @param publicUrl without a trailing slash */
export function outboundIssuer(publicUrl: string, issuerId: string): string {
  return `${publicUrl}/outbound/${issuerId}`;
}

/** The id in the URL of an issuer of ours, whether or not an account has it. */
export function issuerIdIn(publicUrl: string, issuer: string): string | undefined {
  if (!issuer.startsWith(publicUrl)) return undefined;
  const path = issuer.slice(publicUrl.length);
  return ISSUER_PATH.test(path) ? path.slice('/outbound/'.length) : undefined;
}

/**
 * Lets the account's principals get tokens for others. The issuer is random and stays the account's, also when it is disabled and enabled
 * again: those who trust it need not be told of a new one.
 * @returns the id of the issuer.
 * @throws {ServiceError} FeatureEnabled
 */
export async function enableOutboundFederation(store: Store, accountId: string, random: Random): Promise<string> {
  const newId = random.bytes(ISSUER_ID_BYTES).toString('hex');
  const changed = await store.accounts.update([accountId], (old) => {
    if (old.outboundFederation?.isEnabled === true) {
      throw new ServiceError(
        IAM_ERRORS.FeatureEnabled,
        'Outbound web identity federation is already enabled for this account.',
      );
    }
    return { ...old, outboundFederation: { issuerId: old.outboundFederation?.issuerId ?? newId, isEnabled: true } };
  });
  return changed?.outboundFederation?.issuerId ?? newId;
}

/** Ends it. Tokens that were issued stay valid, so the keys stay published. @throws {ServiceError} FeatureDisabled */
export async function disableOutboundFederation(store: Store, accountId: string): Promise<void> {
  await store.accounts.update([accountId], (old) => {
    if (old.outboundFederation?.isEnabled !== true) throw disabled();
    return { ...old, outboundFederation: { ...old.outboundFederation, isEnabled: false } };
  });
}

/** The id of the account's issuer, if it is enabled. */
export async function enabledIssuerId(store: Store, accountId: string): Promise<string | undefined> {
  const { outboundFederation } = await requireAccount(store, accountId);
  return outboundFederation?.isEnabled === true ? outboundFederation.issuerId : undefined;
}

/** @throws {ServiceError} FeatureDisabled */
export async function requireIssuerId(store: Store, accountId: string): Promise<string> {
  const issuerId = await enabledIssuerId(store, accountId);
  if (issuerId === undefined) throw disabled();
  return issuerId;
}

/** The account with an issuer, also a disabled one. */
export async function accountOfIssuer(store: Store, issuerId: string): Promise<Account | undefined> {
  const { items } = await store.accounts.find('byOutboundIssuer', [issuerId], { limit: 1 });
  return items[0];
}

function disabled(): ServiceError {
  return new ServiceError(
    IAM_ERRORS.FeatureDisabled,
    'Outbound web identity federation is not enabled for this account.',
  );
}
