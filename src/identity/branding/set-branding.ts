import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { StoredBranding } from '../documents/account.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import type { LogoFacts } from './read-logo.ts';

/** Logos that no branding names are removed after this long, in ms. Until then, another process may be about to name them. */
const ORPHAN_AFTER = 60 * 60_000;

/** An image, and what it says about itself. */
export interface Logo {
  readonly bytes: Buffer;
  readonly facts: LogoFacts;
}

interface BrandingDependencies {
  readonly store: Pick<IdentityStore, 'accounts' | 'brandLogos'>;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Sets the branding of an account, in the place of a former one. The image is written before the account names it, and a former one is
 * removed afterwards, so that the account never names an image that is missing.
 * @returns `undefined` if there is no such account.
 */
export async function setBranding(
  { store, clock, random }: BrandingDependencies,
  accountId: string,
  given: { readonly displayName: string; readonly color?: string | undefined; readonly logo?: Logo | undefined },
): Promise<StoredBranding | undefined> {
  const { displayName, color, logo } = given;
  const updatedAt = clock.now();
  const logoId = random.bytes(16).toString('hex');
  if (logo !== undefined)
    await store.brandLogos.insert({ accountId, logoId, data: logo.bytes.toString('base64'), createdAt: updatedAt });
  const branding: StoredBranding = {
    displayName,
    ...(color !== undefined && { color }),
    ...(logo !== undefined && { logo: { logoId, ...logo.facts } }),
    updatedAt,
  };
  const former: { logoId?: string | undefined } = {};
  const written = await store.accounts.update([accountId], (account) => {
    former.logoId = account.branding?.logo?.logoId;
    return { ...account, branding };
  });
  await removeLogos({ store, clock }, accountId, former.logoId);
  return written && branding;
}

/** Removes the branding of an account. @returns whether there was one. */
export async function removeBranding(
  deps: Pick<BrandingDependencies, 'store' | 'clock'>,
  accountId: string,
): Promise<boolean> {
  const former: { branding?: StoredBranding | undefined } = {};
  await deps.store.accounts.update([accountId], ({ branding, ...account }) => {
    former.branding = branding;
    return account;
  });
  await removeLogos(deps, accountId, former.branding?.logo?.logoId);
  return former.branding !== undefined;
}

/** Removes the image that was replaced, and those that a process left behind when it was killed. */
async function removeLogos(
  { store, clock }: Pick<BrandingDependencies, 'store' | 'clock'>,
  accountId: string,
  replaced: string | undefined,
): Promise<void> {
  if (replaced !== undefined) await store.brandLogos.remove([accountId, replaced]);
  const stored = await readWholeIndex(store.brandLogos, 'key', [accountId]);
  const used = (await store.accounts.get([accountId]))?.branding?.logo?.logoId;
  const before = clock.now() - ORPHAN_AFTER;
  for (const { logoId, createdAt } of stored) {
    if (logoId !== used && createdAt < before) await store.brandLogos.remove([accountId, logoId]);
  }
}
