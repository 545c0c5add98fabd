import type { Clock } from '../../kernel/clock.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { openSealedList } from './sealed-list.ts';

/**
 * Requests of one app that wait for a person at the same time. Until it is answered, each counts for ten minutes: otherwise, an app could ask
 * again and again by requests that are over before the person can say not to ask.
 */
export const MAX_OF_APP = 3;
/** Requests of all apps that wait for a person at the same time. */
export const MAX_PENDING = 10;
/** Requests of all apps that a person is shown in an hour. */
export const MAX_AN_HOUR = 30;

/** A request that waits for a person's answer. */
export interface PendingRequest {
  /** Names it in addresses. It gives no access. */
  readonly id: string;
  /** What the app redeems: worth a sign-in once it is allowed. */
  readonly authReqId: string;
  readonly clientId: string;
  /** Ms since the epoch. */
  readonly endsAt: number;
}

interface HeldRequest extends PendingRequest {
  /** Until when it counts for its app if nobody answers it, ms since the epoch. */
  readonly heldUntil: number;
}

/** Why a request is not shown to the person. The app is not told. */
export type Withheld = 'too-many-of-app' | 'too-many-pending' | 'too-many-an-hour';

/** The requests that wait for people. */
export interface PendingRequests {
  /** @returns why the request is not shown; `undefined` if it is. */
  add(subject: string, request: PendingRequest): Promise<Withheld | undefined>;
  /** Oldest first. */
  of(subject: string): Promise<readonly PendingRequest[]>;
  remove(subject: string, id: string): Promise<void>;
}

interface PendingDependencies {
  readonly ephemeral: Ephemeral;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

export function openPendingRequests({ ephemeral, sealer, clock }: PendingDependencies): PendingRequests {
  const { backchannelPending: key, backchannelRequests: hourly } = EPHEMERAL_KEYS;
  const isCurrent = ({ heldUntil }: HeldRequest): boolean => heldUntil > clock.now();
  const isOpen = ({ endsAt }: PendingRequest): boolean => endsAt > clock.now();
  const lists = openSealedList<HeldRequest>({ ephemeral, sealer, key, isCurrent });
  const tooMany = (requests: readonly HeldRequest[], clientId: string): Withheld | undefined => {
    if (requests.filter((request) => request.clientId === clientId).length >= MAX_OF_APP) return 'too-many-of-app';
    return requests.filter(isOpen).length >= MAX_PENDING ? 'too-many-pending' : undefined;
  };
  return {
    of: async (subject) => (await lists.read(subject)).filter(isOpen),
    async add(subject, request) {
      const held = { ...request, heldUntil: clock.now() + key.lifetime };
      const withheld = await lists.change(
        subject,
        (requests): readonly HeldRequest[] | Withheld => tooMany(requests, request.clientId) ?? [...requests, held],
      );
      if (withheld !== undefined) return withheld;
      const count = await ephemeral.increment(hourly.of(hashedId(subject)), 1, hourly.lifetime);
      if (count <= MAX_AN_HOUR) return undefined;
      await this.remove(subject, request.id);
      return 'too-many-an-hour';
    },
    async remove(subject, id) {
      await lists.change(subject, (requests) => requests.filter((request) => request.id !== id));
    },
  };
}
