import type { Configuration } from 'oidc-provider';
import { SIGNING } from '../../../identity/applications/oidc/client-algorithms.ts';

/**
 * Answers that are JWTs: authorization responses, if the request's `response_mode` says so (JARM §2.3); introspection, if the request
 * accepts it (RFC 9701 §4); and user info, for clients that are registered for it (OpenID Connect Core 1.0 §5.3.2).
 */
export function signedAnswers(): Configuration {
  return {
    features: {
      jwtResponseModes: { enabled: true },
      jwtIntrospection: { enabled: true },
      jwtUserinfo: { enabled: true },
    },
    enabledJWA: {
      authorizationSigningAlgValues: [...SIGNING],
      introspectionSigningAlgValues: [...SIGNING],
      userinfoSigningAlgValues: [...SIGNING],
    },
  };
}
