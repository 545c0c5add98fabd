import { declareKey } from './ephemeral-key.ts';

const MINUTE = 60_000;
const PENDING = 'oidc/ciba/pending-requests';

/** The entries of sign-ins that apps begin by the back channel. Part of `EPHEMERAL_KEYS`. */
export const CIBA_KEYS = {
  backchannelPoll: declareKey('value', 'oidc/backchannel-poll/<request>', {
    lifetime: 15 * MINUTE,
    owner: 'oidc/device/polls',
    meaning: 'when an app last asked whether a person has answered its request',
  }),
  backchannelExpired: declareKey('value', 'oidc/backchannel-expired/<request>', {
    lifetime: 15 * MINUTE,
    owner: 'oidc/ciba/ciba-events',
    meaning: 'it is on record that nobody answered a request of an app',
  }),
  backchannelPending: declareKey('value', 'oidc/backchannel-pending/<person>', {
    lifetime: 10 * MINUTE,
    owner: PENDING,
    meaning: 'the requests of apps that a person has not answered, sealed',
  }),
  backchannelRequests: declareKey('counter', 'oidc/backchannel-requests/<person>', {
    lifetime: 60 * MINUTE,
    owner: PENDING,
    meaning: 'how many requests of apps a person was shown',
  }),
  backchannelMuted: declareKey('value', 'oidc/backchannel-muted/<person>', {
    lifetime: 24 * 60 * MINUTE,
    owner: 'oidc/ciba/muted-apps',
    meaning: 'the apps that may not ask a person, and until when',
  }),
} as const;
