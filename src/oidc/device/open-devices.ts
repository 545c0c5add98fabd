import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Configuration } from 'oidc-provider';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { FoldedEvents } from '../../sign-in/events/folded-events.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { SignedIn } from '../account-page/signed-in.ts';
import type { DeviceConsent } from '../features/interactions.ts';
import { DEVICE_GRANT } from '../library/device-code.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import type { LibraryMiddleware } from '../library/middleware.ts';
import { openCodeAttempts } from './code-attempts.ts';
import { deviceConsent } from './device-consent.ts';
import { type DeviceOutcome, deviceEvents } from './device-events.ts';
import { deviceFlow } from './device-flow.ts';
import { announceDeviceFlow, beforeDevicePage, deviceAnswers } from './device-routes.ts';
import { openPolls } from './polls.ts';

export interface DevicesDependencies {
  readonly library: OidcProviderLibrary;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly ephemeral: Ephemeral;
  readonly folded: FoldedEvents;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly requestIdOf: (request: object) => string;
  readonly logError: (error: unknown, requestId: string) => void;
  /** Counts what becomes of sign-ins of devices. */
  readonly observe: (outcome: DeviceOutcome) => void;
  readonly signedIn: (ctx: Context) => Promise<SignedIn | undefined>;
  /** Whether any client may use the device flow at the moment. */
  readonly mayBeUsed: () => Promise<boolean>;
}

/** Sign-ins of devices without a browser (RFC 8628), as parts of the provider. */
export interface Devices {
  configuration(renderError: NonNullable<Configuration['renderError']>): Configuration;
  readonly consent: DeviceConsent;
  /** In the order in which requests go through them. */
  readonly steps: readonly LibraryMiddleware[];
  listen(provider: Provider): void;
}

export function openDevices(deps: DevicesDependencies): Devices {
  const { ephemeral, clock, factsOf, mayBeUsed } = deps;
  const events = deviceEvents(deps);
  const ipOf = (ctx: Pick<Context, 'req'>): string => factsOf(ctx.req).ip;
  const routes = {
    ...deps,
    events,
    ipOf,
    attempts: openCodeAttempts(ephemeral),
    polls: openPolls({ ephemeral, clock }),
  };
  return {
    configuration: (renderError) => deviceFlow({ ...deps, events, ipOf, renderError }),
    consent: deviceConsent(),
    steps: [announceDeviceFlow(mayBeUsed, DEVICE_GRANT), deviceAnswers(routes), beforeDevicePage(routes)],
    listen: events.listen,
  };
}
