import { LABEL, PERSON, type SamlPreset } from './preset.ts';

/** A Slack workspace. Slack documents these attributes with the name format `unspecified`, and wants the response signed. */
export const SLACK: SamlPreset = {
  name: 'slack',
  service: 'Slack',
  parameters: [
    {
      name: 'Workspace',
      documentation: 'The first part of the address of the workspace.',
      example: 'acme',
      pattern: LABEL,
    },
  ],
  entityId: 'https://slack.com',
  acs: 'https://{Workspace}.slack.com/sso/saml',
  nameId: { format: 'persistent' },
  attributes: [
    { name: 'User.Email', nameFormat: 'unspecified', values: [PERSON.email] },
    { name: 'User.Username', nameFormat: 'unspecified', values: [PERSON.userName] },
  ],
  signResponse: true,
  source: 'https://slack.com/help/articles/205168057-Custom-SAML-single-sign-on',
};
