import type { Clock } from '../../kernel/clock.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { openSealedList } from './sealed-list.ts';

/** An app that may not ask a person for a while. */
export interface MutedApp {
  readonly clientId: string;
  /** Ms since the epoch. */
  readonly until: number;
}

/** The apps that people have told not to ask. */
export interface MutedApps {
  of(subject: string): Promise<readonly MutedApp[]>;
  /** For a day from now. */
  mute(subject: string, clientId: string): Promise<void>;
  unmute(subject: string, clientId: string): Promise<void>;
}

/** Bounds the entry of a person. The oldest are forgotten. */
const MAX_MUTED = 100;

export function openMutedApps(deps: { ephemeral: Ephemeral; sealer: Sealer; clock: Clock }): MutedApps {
  const { clock } = deps;
  const key = EPHEMERAL_KEYS.backchannelMuted;
  const isCurrent = ({ until }: MutedApp): boolean => until > clock.now();
  const lists = openSealedList<MutedApp>({ ...deps, key, isCurrent });
  const without = (apps: readonly MutedApp[], clientId: string) => apps.filter((app) => app.clientId !== clientId);
  return {
    of: lists.read,
    async mute(subject, clientId) {
      const until = clock.now() + key.lifetime;
      await lists.change(subject, (apps) => [...without(apps, clientId), { clientId, until }].slice(-MAX_MUTED));
    },
    async unmute(subject, clientId) {
      await lists.change(subject, (apps) => without(apps, clientId));
    },
  };
}
