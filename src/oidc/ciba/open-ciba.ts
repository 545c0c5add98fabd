import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { SignIn } from '../../identity/sign-in/sign-in.ts';
import { openSignInHistory } from '../../identity/sign-in-policy/sign-in-history.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { Mailer } from '../../ports/mailer.ts';
import type { FoldedEvents } from '../../sign-in/events/folded-events.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { BrowserSignIns } from '../../sign-in/protocol-pages.ts';
import type { SignInNames } from '../../sign-in/sign-in-names.ts';
import type { Background } from '../background.ts';
import { openPolls } from '../device/polls.ts';
import { ciba } from '../features/flows/ciba.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import type { LibraryMiddleware } from '../library/middleware.ts';
import { noteOrigins } from '../library/requests/backchannel-requests.ts';
import type { RequestStore } from '../storage/request-store.ts';
import { askPerson } from './ask-person.ts';
import { type CibaOutcome, cibaEvents } from './ciba-events.ts';
import { announceCiba, cibaAnswers } from './ciba-steps.ts';
import { hintOf } from './hinted-person.ts';
import { openMutedApps } from './muted-apps.ts';
import { openPendingRequests } from './pending-requests.ts';
import { openPings } from './pings.ts';
import type { RequestsOfPeople } from './requests-routes.ts';

export interface CibaDependencies {
  readonly library: OidcProviderLibrary;
  readonly provider: () => Provider;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly keyRing: KeyRing;
  readonly store: Pick<IdentityStore, 'accounts'>;
  readonly signIn: SignIn;
  readonly names: SignInNames;
  readonly requests: RequestStore;
  readonly background: Background;
  readonly folded: FoldedEvents;
  readonly mailer: Mailer | undefined;
  readonly mayOpen: BrowserSignIns['mayOpen'];
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly logError: (error: unknown) => void;
  /** Counts what becomes of requests. */
  readonly observe: (outcome: CibaOutcome) => void;
  /** Whether any client may use the flow at the moment. */
  readonly mayBeUsed: () => Promise<boolean>;
}

/** Sign-ins that apps begin and people allow elsewhere (OpenID Connect CIBA Core 1.0), as parts of the provider and its pages. */
export interface Ciba {
  configuration(): Configuration;
  readonly steps: readonly LibraryMiddleware[];
  /** Prepares a provider that was just created. */
  prepare(provider: Provider): void;
  readonly people: RequestsOfPeople;
  /** How many requests wait for a person; `undefined` if there can be none. */
  pendingOf(subject: string): Promise<number | undefined>;
  close(): Promise<void>;
}

export function openCiba(deps: CibaDependencies): Ciba {
  const { library, clock, keyRing, signIn, requests, background, factsOf, mayBeUsed } = deps;
  const { ephemeral } = requests;
  const { sealer } = keyRing;
  const events = cibaEvents({ ...deps, ephemeral });
  const pending = openPendingRequests({ ephemeral, sealer, clock });
  const muted = openMutedApps({ ephemeral, sealer, clock });
  const pings = openPings({ ...deps, events });
  const { lastLanguage: languageOf } = openSignInHistory(ephemeral, sealer);
  const asking = { ...deps, people: signIn.people, pending, muted, events, languageOf };
  const begun = (ctx: KoaContextWithOIDC): void => {
    const { client, entities, params } = ctx.oidc;
    const request = entities.BackchannelAuthenticationRequest;
    if (client === undefined || request === undefined) throw new TypeError('there is no request');
    const endsAt = clock.now() + request.expiration * 1000;
    const about = { authReqId: request.jti, client, hint: hintOf(ctx, client), scope: params?.['scope'], endsAt };
    const source = factsOf(ctx.req);
    // Only once the request is stored and its answer on its way.
    requests.afterwards((failure) => {
      if (failure === undefined) background.run(() => askPerson(asking, { ...about, source }));
    });
  };
  return {
    configuration: () => ciba(library, begun),
    steps: [
      announceCiba(mayBeUsed),
      cibaAnswers({ polls: openPolls({ ephemeral, clock }, EPHEMERAL_KEYS.backchannelPoll), events }),
    ],
    prepare(provider) {
      noteOrigins(provider, library, (request) => factsOf(request as Context['req']).ip);
      events.listen(provider);
    },
    people: { library, pending, muted, events, pings, mayOpen: deps.mayOpen },
    async pendingOf(subject) {
      const { length } = await pending.of(subject);
      return length > 0 || (await mayBeUsed()) ? length : undefined;
    },
    close: pings.close,
  };
}
