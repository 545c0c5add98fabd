import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Person } from '../../identity/credentials/people.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { FoldedEvents } from '../../sign-in/events/folded-events.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { BackchannelRequest } from '../library/requests/backchannel-requests.ts';
import type { Withheld } from './pending-requests.ts';

/** Why nobody is asked. */
export type NotAsked = Withheld | 'unknown-person' | 'not-assigned' | 'muted';

/** What becomes of requests of apps to people, as the metric counts it. */
export type CibaOutcome =
  | 'begun'
  | 'refused'
  | NotAsked
  | 'mailed'
  | 'allowed'
  | 'denied'
  | 'muted-app'
  | 'expired'
  | 'slow-down'
  | 'notified'
  | 'not-notified';

export interface CibaEventsDependencies {
  readonly ephemeral: Ephemeral;
  readonly folded: FoldedEvents;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly observe: (outcome: CibaOutcome) => void;
}

/** A request that was accepted, and who is asked. */
export interface BegunEvent {
  readonly source: RequestFacts;
  readonly clientId: string;
  readonly scope: unknown;
  readonly person: Person | undefined;
  /** Why the person is not asked; `undefined` if they are. */
  readonly why: NotAsked | undefined;
}

/** Records requests of apps to people, for auditors and the metric. */
export interface CibaEvents {
  readonly observe: (outcome: CibaOutcome) => void;
  /** Records requests that are refused. */
  listen(provider: Provider): void;
  begun(event: BegunEvent): Promise<void>;
  answered(
    source: RequestFacts,
    answer: 'allowed' | 'denied',
    about: { readonly person: Person; readonly request: BackchannelRequest },
  ): Promise<void>;
  /** An app may not ask the person for a while, or may again. */
  muted(
    source: RequestFacts,
    person: Person,
    app: { readonly clientId: string; readonly isMuted: boolean },
  ): Promise<void>;
  /** A request that nobody answered. On record once. */
  expired(ctx: KoaContextWithOIDC, authReqId: string): Promise<void>;
}

export function cibaEvents({ ephemeral, folded, factsOf, observe }: CibaEventsDependencies): CibaEvents {
  const begun = { name: 'BeginBackchannelSignIn', method: 'client' } as const;
  return {
    observe,
    listen(provider) {
      provider.on(
        'backchannel_authentication.error' as never,
        ((ctx: KoaContextWithOIDC, error: Error) => {
          observe('refused');
          const clientId = ctx.oidc.client?.clientId;
          folded.fold({ ...begun, source: factsOf(ctx.req), clientId, outcome: 'refused', errorCode: error.message });
        }) as never,
      );
    },
    async begun({ source, clientId, scope, person, why }) {
      observe(why ?? 'begun');
      await folded.record({
        ...begun,
        ...(why === undefined ? { outcome: 'allowed' } : { outcome: 'refused', errorCode: why }),
        ...{ source, person, clientId, request: { scope } },
      });
    },
    async answered(source, answer, { person, request }) {
      observe(answer);
      await folded.record({
        name: answer === 'allowed' ? 'AllowBackchannelSignIn' : 'DenyBackchannelSignIn',
        outcome: 'allowed',
        ...{ source, person, clientId: request.clientId, method: 'session' },
        request: { scope: request.params['scope'], requestedFrom: request.requestedFrom },
      });
    },
    async muted(source, person, { clientId, isMuted }) {
      if (isMuted) observe('muted-app');
      const name = isMuted ? 'MuteBackchannelSignIns' : 'UnmuteBackchannelSignIns';
      await folded.record({ name, outcome: 'allowed', source, person, clientId, method: 'session' });
    },
    async expired(ctx, authReqId) {
      const { of, lifetime } = EPHEMERAL_KEYS.backchannelExpired;
      if (!(await ephemeral.setIfAbsent(of(hashedId(authReqId)), '1', lifetime))) return;
      observe('expired');
      const clientId = ctx.oidc.client?.clientId;
      const source = factsOf(ctx.req);
      folded.fold({ name: 'ExpireBackchannelSignIn', method: 'client', outcome: 'allowed', source, clientId });
    },
  };
}
