import { shape } from '../../shapes/shape.ts';

const { list, text } = shape;

/** Shapes that the settings of several kinds of connectors share. */
export const CLAIM = text('ClaimPath', { length: [1, 256], audited: true });
export const DOMAINS = list('DomainList', text('Domain', { length: [1, 253], audited: true }), { length: [0, 100] });
export const SCOPES = list('ScopeList', text('Scope', { length: [1, 256], audited: true }), { length: [0, 50] });
export const CLIENT_ID = text('ConnectorClientId', { length: [1, 255], audited: true });
export const CLIENT_SECRET = text('ClientSecret', { length: [1, 4096], sensitive: true });
export const CA = text('CertificateAuthorities', { length: [0, 65_536] });
export const REDIRECT_URI = text('ConnectorRedirectUri', { length: [1, 2048] });
