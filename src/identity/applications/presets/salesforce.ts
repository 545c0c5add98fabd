import { LABEL, PERSON, type SamlPreset } from './preset.ts';

/** A Salesforce org with a My Domain. People are known by the Federation ID of their Salesforce user. */
export const SALESFORCE: SamlPreset = {
  name: 'salesforce',
  service: 'Salesforce',
  parameters: [
    { name: 'MyDomain', documentation: 'The My Domain of the org.', example: 'acme', pattern: LABEL },
    {
      name: 'OrganizationId',
      documentation: 'The id of the org.',
      example: '00D000000000001EAA',
      pattern: /00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?/,
    },
  ],
  entityId: 'https://{MyDomain}.my.salesforce.com',
  acs: 'https://{MyDomain}.my.salesforce.com?so={OrganizationId}',
  nameId: { format: 'unspecified', value: PERSON.userName },
  attributes: [],
  source: 'https://help.salesforce.com/s/articleView?id=xcloud.sso_saml.htm',
};
