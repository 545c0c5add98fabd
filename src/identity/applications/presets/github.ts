import { LABEL, PERSON, type SamlPreset, SERVICE_URL } from './preset.ts';

const DOCUMENTS = 'https://docs.github.com';
const REFERENCE = 'admin/managing-iam/iam-configuration-reference/saml-configuration-reference';
// GitHub asks for a name that people can read: it shows it, and in enterprises with managed users makes the user name of it.
const NAME_ID: SamlPreset['nameId'] = { format: 'persistent', value: PERSON.userName };
const PROFILE: SamlPreset['attributes'] = [
  { name: 'full_name', values: [PERSON.displayName] },
  { name: 'emails', values: [PERSON.email] },
];

/** An organization on GitHub Enterprise Cloud. */
export const GITHUB_ORGANIZATION: SamlPreset = {
  name: 'github-organization',
  service: 'GitHub Enterprise Cloud, one organization',
  parameters: [
    { name: 'Organization', documentation: 'The name of the organization.', example: 'acme', pattern: LABEL },
  ],
  entityId: 'https://github.com/orgs/{Organization}',
  acs: 'https://github.com/orgs/{Organization}/saml/consume',
  nameId: NAME_ID,
  attributes: PROFILE,
  startUrl: 'https://github.com/orgs/{Organization}/sso',
  source: `${DOCUMENTS}/enterprise-cloud@latest/${REFERENCE}`,
};

/** An enterprise on GitHub Enterprise Cloud. */
export const GITHUB_ENTERPRISE: SamlPreset = {
  name: 'github-enterprise',
  service: 'GitHub Enterprise Cloud, a whole enterprise',
  parameters: [{ name: 'Enterprise', documentation: 'The name of the enterprise.', example: 'acme', pattern: LABEL }],
  entityId: 'https://github.com/enterprises/{Enterprise}',
  acs: 'https://github.com/enterprises/{Enterprise}/saml/consume',
  nameId: NAME_ID,
  attributes: PROFILE,
  startUrl: 'https://github.com/enterprises/{Enterprise}/sso',
  source: `${DOCUMENTS}/enterprise-cloud@latest/${REFERENCE}`,
};

/** GitHub Enterprise Server. */
export const GITHUB_SERVER: SamlPreset = {
  name: 'github-enterprise-server',
  service: 'GitHub Enterprise Server',
  parameters: [SERVICE_URL],
  entityId: '{Url}',
  acs: '{Url}/saml/consume',
  startUrl: '{Url}/sso',
  nameId: { format: 'persistent' },
  attributes: [{ name: 'username', values: [PERSON.userName] }, ...PROFILE],
  source: `${DOCUMENTS}/enterprise-server@latest/${REFERENCE}`,
};
