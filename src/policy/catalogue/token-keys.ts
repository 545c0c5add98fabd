import { type ConditionKey, STRING, STRINGS } from './condition-key.ts';

const SAML_LOGIN = 'only AssumeRoleWithSAML';
const SAML_SESSION = 'AssumeRoleWithSAML and the sessions that it opens';

const NO_ACCESS_TOKENS = 'access tokens (`ProviderId`) are not accepted, only ID tokens';

/** The claims of web identity tokens: `<issuer>` is the URL of the OIDC provider without its scheme. */
export const CLAIM_KEYS = [
  {
    name: '<issuer>:aud',
    ...STRING,
    origin: 'token',
    presence:
      'AssumeRoleWithWebIdentity and the sessions that it opens: the client that the token is for (`azp`, or `aud` without it)',
  },
  {
    name: '<issuer>:oaud',
    ...STRINGS,
    origin: 'token',
    presence: 'only AssumeRoleWithWebIdentity: the token’s own `aud`',
  },
  {
    name: '<issuer>:sub',
    ...STRING,
    origin: 'token',
    presence: 'AssumeRoleWithWebIdentity and the sessions that it opens: the subject',
  },
  {
    name: '<issuer>:amr',
    ...STRINGS,
    origin: 'token',
    presence: 'AssumeRoleWithWebIdentity and the sessions that it opens: how the person signed in',
  },
  {
    name: '<issuer>:*',
    ...STRING,
    origin: 'token',
    presence:
      'only AssumeRoleWithWebIdentity: any other claim that is a string, a number, a boolean or a list of these; members of objects by dots',
  },
  { name: 'graph.facebook.com:app_id', ...STRING, origin: 'none', presence: NO_ACCESS_TOKENS },
  { name: 'graph.facebook.com:id', ...STRING, origin: 'none', presence: NO_ACCESS_TOKENS },
  { name: 'www.amazon.com:app_id', ...STRING, origin: 'none', presence: NO_ACCESS_TOKENS },
  { name: 'www.amazon.com:user_id', ...STRING, origin: 'none', presence: NO_ACCESS_TOKENS },
] as const satisfies readonly ConditionKey[];

const one = <Name extends string>(name: Name, presence = SAML_LOGIN) =>
  ({ name, ...STRING, origin: 'token', presence }) as const;
const list = <Name extends string>(name: Name) =>
  ({ name, ...STRINGS, origin: 'token', presence: SAML_LOGIN }) as const;

/** Keys of SAML assertions. */
export const SAML_KEYS = [
  one('saml:aud'),
  list('saml:cn'),
  one('saml:commonName'),
  one('saml:doc'),
  list('saml:eduorghomepageuri'),
  list('saml:eduorgidentityauthnpolicyuri'),
  list('saml:eduorglegalname'),
  list('saml:eduorgsuperioruri'),
  list('saml:eduorgwhitepagesuri'),
  list('saml:edupersonaffiliation'),
  list('saml:edupersonassurance'),
  list('saml:edupersonentitlement'),
  list('saml:edupersonnickname'),
  one('saml:edupersonorgdn'),
  list('saml:edupersonorgunitdn'),
  one('saml:edupersonprimaryaffiliation'),
  one('saml:edupersonprimaryorgunitdn'),
  one('saml:edupersonprincipalname'),
  list('saml:edupersonscopedaffiliation'),
  list('saml:edupersontargetedid'),
  one('saml:givenName'),
  one('saml:iss'),
  one('saml:mail'),
  one('saml:name'),
  one('saml:namequalifier', SAML_SESSION),
  one('saml:organizationStatus'),
  one('saml:primaryGroupSID'),
  one('saml:sub', SAML_SESSION),
  one('saml:sub_type', SAML_SESSION),
  one('saml:surname'),
  one('saml:uid'),
  one('saml:x500UniqueIdentifier'),
] as const satisfies readonly ConditionKey[];
