import { LONGEST_RECHECK, SHORTEST_RECHECK } from '../../../federation/connectors/given-client.ts';
import { shape } from '../../shapes/shape.ts';

const { integer, list, optional, structure, text } = shape;

/** Shapes that the settings of several kinds of connectors share. */
export const CLAIM = text('ClaimPath', { length: [1, 256], audited: true });
export const DOMAINS = list('DomainList', text('Domain', { length: [1, 253], audited: true }), { length: [0, 100] });
export const SCOPES = list('ScopeList', text('Scope', { length: [1, 256], audited: true }), { length: [0, 50] });
export const CLIENT_ID = text('ConnectorClientId', { length: [1, 255], audited: true });
export const CLIENT_SECRET = text('ClientSecret', { length: [1, 4096], sensitive: true });
export const CA = text('CertificateAuthorities', { length: [0, 65_536] });
export const REDIRECT_URI = text('ConnectorRedirectUri', { length: [1, 2048] });

export const FACTOR_VALUES = list('FactorValueList', text('FactorValue', { length: [1, 1024], audited: true }), {
  length: [0, 20],
});
const REMOVED = 'Replaced as a whole; without any value, it is removed.';
const OF_LOGINS = 'Which logins count as the second factor, so that no code is asked for. Absent: none.';
const ACR = optional(FACTOR_VALUES, 'Authentication context classes that count, by exact match.');
const PHISHING_RESISTANT = optional(
  FACTOR_VALUES,
  'Values that also stand for a factor that cannot be phished, such as `phr`, by exact match. They count as a second factor, too.',
);
export const SAML_FACTORS = optional(
  structure('SamlTrustedFactors', { Acr: ACR, PhishingResistant: PHISHING_RESISTANT }),
  `${OF_LOGINS} ${REMOVED}`,
);
export const OIDC_FACTORS = optional(
  structure('OidcTrustedFactors', {
    Amr: optional(FACTOR_VALUES, 'Values of `amr` in the ID token that count, by exact match.'),
    Acr: optional(FACTOR_VALUES, 'Values of `acr` in the ID token that count, by exact match.'),
    PhishingResistant: PHISHING_RESISTANT,
  }),
  `${OF_LOGINS} ${REMOVED}`,
);

/** In seconds. */
export const RECHECK_AGE = integer('RecheckAfter', { range: [0, LONGEST_RECHECK] });
export const RECHECK_AFTER = optional(
  RECHECK_AGE,
  `How old the provider's word may be, in seconds, before a use of a refresh token or browser session of ours asks it again; at least ${SHORTEST_RECHECK}. The provider has to give refresh tokens to this client. Absent: it is not asked; 0 removes it.`,
);
