import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import { type Collection, type CollectionDeclaration, DuplicateKeyError } from '../../ports/collections.ts';

const firstStartShape = z.object({
  name: z.string(),
  /** Set by the first claim and kept by all later ones, so that every claimant creates the same account. */
  accountId: z.string(),
  userId: z.string(),
  /** The current claimant. */
  claimant: z.string(),
  /** Each claim has a later time than the previous one. */
  claimedAt: z.number(),
  /** Whether the account exists. Only the claimant knows its secrets. */
  isDone: z.boolean(),
});
export type FirstStart = z.infer<typeof firstStartShape>;

/** A single document that says which process creates, or created, the first account. */
export const firstStarts: CollectionDeclaration<FirstStart> = {
  name: 'first-starts',
  shape: firstStartShape,
  key: ['name'],
  unique: {},
  indexes: {},
};

export type FirstStartClaim = Pick<FirstStart, 'accountId' | 'userId' | 'claimedAt'>;

export interface FirstStartClaims {
  /** `none`: no claim, as in an installation older than claims; `done`: the account exists. */
  state(): Promise<'none' | 'open' | 'done'>;
  /**
   * Returns this process's claim, or `undefined` once another process has created the account. Waits while another process holds the claim,
   * until that claim is completed or expires.
   */
  win(settleAccountId: () => string): Promise<FirstStartClaim | undefined>;
  /** Records that the account exists. Returns whether this process still holds the claim, so that its secrets are the valid ones. */
  conclude(): Promise<boolean>;
}

/** Time, in ms, after which a claimant that has not created the account is presumed dead. */
const CLAIM_MS = 15_000;
const LOOK_AGAIN_MS = 100;
const NAME = 'first-start';

class OthersClaim extends Error {}

/** Decides which process creates the first account when several start at once, by compare-and-swap of one document. */
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

  /** Takes over from a claimant that did not finish. */
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
