import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import { type Collection, type CollectionDeclaration, DuplicateKeyError } from '../../ports/collections.ts';

const firstStartShape = z.object({
  name: z.string(),
  /** Settled by the first claim, for all that may follow: whoever makes the account makes this one. */
  accountId: z.string(),
  userId: z.string(),
  /** Whose claim it is now. */
  claimant: z.string(),
  /** Of each claim later than of the one before. */
  claimedAt: z.number(),
  /** The account is made, and its secrets are the claimant's to tell. */
  isDone: z.boolean(),
});
export type FirstStart = z.infer<typeof firstStartShape>;

/** One document: who makes the first account, or has made it. */
export const firstStarts: CollectionDeclaration<FirstStart> = {
  name: 'first-starts',
  shape: firstStartShape,
  key: ['name'],
  unique: {},
  indexes: {},
};

export type FirstStartClaim = Pick<FirstStart, 'accountId' | 'userId' | 'claimedAt'>;

export interface FirstStartClaims {
  /** `none`: there is no claim, as in an installation older than claims; `done`: the account is made. */
  state(): Promise<'none' | 'open' | 'done'>;
  /** The claim, if it is this process's; `undefined` once another has made the account. Waits for another's to be done or to run out. */
  win(settleAccountId: () => string): Promise<FirstStartClaim | undefined>;
  /** Says that the account is made; answers whether the claim is still this process's, and so its secrets those that hold. */
  conclude(): Promise<boolean>;
}

/** A claimant that has not made the account by then is taken for dead; ms. */
const CLAIM_MS = 15_000;
const LOOK_AGAIN_MS = 100;
const NAME = 'first-start';

class OthersClaim extends Error {}

/** Who makes the first account, where several processes start at once: held by one document, by compare-and-swap. */
export function firstStartClaims({
  claims,
  clock,
  random,
}: {
  readonly claims: Collection<FirstStart>;
  readonly clock: Clock;
  readonly random: Random;
}): FirstStartClaims {
  const claimant = random.bytes(12).toString('base64url');

  async function begin(accountId: string): Promise<void> {
    const userId = makeId(ID_PREFIX.user, accountId, random);
    try {
      await claims.insert({ name: NAME, accountId, userId, claimant, claimedAt: clock.now(), isDone: false });
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
    }
  }

  /** Takes over from a claimant that did not come to its end. */
  async function takeOver(dead: FirstStart): Promise<void> {
    await claims.update([NAME], (now) =>
      now.claimant === dead.claimant && !now.isDone ? { ...now, claimant, claimedAt: clock.now() } : now,
    );
  }

  return {
    async state() {
      const claim = await claims.get([NAME]);
      if (claim === undefined) return 'none';
      return claim.isDone ? 'done' : 'open';
    },
    async win(settleAccountId) {
      for (;;) {
        const claim = await claims.get([NAME]);
        if (claim === undefined) await begin(settleAccountId());
        else if (claim.claimant === claimant) return claim;
        else if (claim.isDone) return undefined;
        else if (claim.claimedAt + CLAIM_MS < clock.now()) await takeOver(claim);
        else await wait(LOOK_AGAIN_MS);
      }
    },
    async conclude() {
      try {
        await claims.update([NAME], (now) => {
          if (now.claimant !== claimant) throw new OthersClaim();
          return { ...now, isDone: true };
        });
        return true;
      } catch (error) {
        if (error instanceof OthersClaim) return false;
        throw error;
      }
    },
  };
}
