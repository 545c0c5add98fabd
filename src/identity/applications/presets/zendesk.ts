import { LABEL, PERSON, type SamlPreset } from './preset.ts';

/** Zendesk, whose audience is its host name alone. `external_id` keeps a person the same if the address changes. */
export const ZENDESK: SamlPreset = {
  name: 'zendesk',
  service: 'Zendesk',
  parameters: [{ name: 'Subdomain', documentation: 'The subdomain of the account.', example: 'acme', pattern: LABEL }],
  entityId: 'https://{Subdomain}.zendesk.com',
  acs: 'https://{Subdomain}.zendesk.com/access/saml',
  audience: '{Subdomain}.zendesk.com',
  nameId: { format: 'emailAddress' },
  attributes: [
    { name: 'external_id', values: [PERSON.subject] },
    { name: 'urn:oid:2.16.840.1.113730.3.1.241', values: [PERSON.displayName] },
  ],
  source: 'https://support.zendesk.com/hc/en-us/articles/4408887505690',
};
