import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Person } from '../../identity/credentials/people.ts';
import type { FoldedEvents } from '../../sign-in/events/folded-events.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import { type CodeProblem, type DeviceRequest, deviceRequestOf } from '../library/device-code.ts';

/** What becomes of sign-ins of devices, as the metric counts it. */
export type DeviceOutcome =
  | 'started'
  | 'refused'
  | 'allowed'
  | 'slow-down'
  | 'throttled'
  | Exclude<CodeProblem, 'none'>;

export interface DeviceEventsDependencies {
  readonly folded: FoldedEvents;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly observe: (outcome: DeviceOutcome) => void;
  readonly logError: (error: unknown, requestId: string) => void;
}

/** Records sign-ins of devices, for auditors and the metric. */
export interface DeviceEvents {
  readonly observe: (outcome: DeviceOutcome) => void;
  /** Records where devices begin. */
  listen(provider: Provider): void;
  answered(ctx: KoaContextWithOIDC, answer: 'allowed' | 'denied', person: Person | undefined): Promise<void>;
  /** A code that was entered in vain. */
  refused(
    request: IncomingMessage,
    why: Exclude<DeviceOutcome, 'allowed' | 'started'>,
    person: Person | undefined,
  ): void;
}

function scopeOf(request: DeviceRequest | undefined): Readonly<Record<string, unknown>> {
  if (request === undefined) return {};
  return { scope: request.params['scope'], requestedFrom: request.deviceInfo['ip'] };
}

export function deviceEvents({ folded, factsOf, observe, logError }: DeviceEventsDependencies): DeviceEvents {
  return {
    observe,
    listen(provider) {
      const begun = { name: 'BeginDeviceSignIn', method: 'client' } as const;
      const request = (ctx: KoaContextWithOIDC) => {
        const { client, params } = ctx.oidc;
        const scope = params?.['scope'];
        return {
          source: factsOf(ctx.req),
          clientId: client?.clientId,
          request: typeof scope === 'string' ? { scope } : {},
        };
      };
      provider.on('device_authorization.success', (ctx) => {
        observe('started');
        folded.fold({ ...begun, ...request(ctx), outcome: 'allowed' });
      });
      provider.on('device_authorization.error', (ctx, error) => {
        observe('refused');
        folded.fold({ ...begun, ...request(ctx), outcome: 'refused', errorCode: error.message });
      });
    },
    async answered(ctx, answer, person) {
      observe(answer);
      const device = deviceRequestOf(ctx);
      await folded.record({
        name: answer === 'allowed' ? 'AllowDevice' : 'DenyDevice',
        outcome: 'allowed',
        source: factsOf(ctx.req),
        person,
        clientId: device?.clientId,
        method: 'session',
        request: scopeOf(device),
      });
    },
    refused(request, why, person) {
      observe(why);
      const event = { name: 'EnterUserCode', outcome: 'refused', method: 'session', errorCode: why } as const;
      const source = factsOf(request);
      folded.record({ ...event, source, person }).catch((error: unknown) => logError(error, source.requestId));
    },
  };
}
