import type { SamlPreset } from './preset.ts';

/** A SSO profile of Google Workspace or Cloud Identity. People are known by their primary address, in exactly its letter case. */
export const GOOGLE_WORKSPACE: SamlPreset = {
  name: 'google-workspace',
  service: 'Google Workspace',
  parameters: [
    {
      name: 'ProfileId',
      documentation: 'The last part of the entity ID of the SSO profile.',
      example: '01abcde2f3gh4ij',
      pattern: /[A-Za-z0-9]{1,64}/,
    },
  ],
  entityId: 'https://accounts.google.com/samlrp/{ProfileId}',
  acs: 'https://accounts.google.com/samlrp/{ProfileId}/acs',
  nameId: { format: 'emailAddress' },
  attributes: [],
  source: 'https://support.google.com/a/answer/12032922',
};
