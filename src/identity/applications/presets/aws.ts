import { PERSON, type SamlPreset } from './preset.ts';

const ATTRIBUTES = 'https://aws.amazon.com/SAML/Attributes';
const ROLE = /arn:(?<partition>aws):iam::(?<account>\d{12}):role\/[\w+=,.@/-]{1,512}/;

/** The roles of AWS accounts. Each is named with the SAML provider of its account, which must trust the metadata of this server. */
export const AWS: SamlPreset = {
  name: 'aws',
  service: 'AWS',
  parameters: [
    {
      name: 'Provider',
      documentation: 'The name of the IAM SAML provider, the same in each AWS account.',
      example: 'Rolecall',
      pattern: /[\w.-]{1,128}/,
      default: 'Rolecall',
    },
    {
      name: 'SessionSeconds',
      documentation: 'The length of console sessions in seconds, 900 to 43200.',
      example: '3600',
      pattern: /9\d\d|[1-9]\d{3}|[1-3]\d{4}|4[0-2]\d{3}|43[01]\d\d|43200/,
      default: '3600',
    },
  ],
  entityId: 'urn:amazon:webservices',
  acs: 'https://signin.aws.amazon.com/saml',
  nameId: { format: 'persistent' },
  attributes: [
    { name: `${ATTRIBUTES}/RoleSessionName`, values: [PERSON.sessionName] },
    { name: `${ATTRIBUTES}/SessionDuration`, values: ['{SessionSeconds}'] },
  ],
  roles: {
    attribute: `${ATTRIBUTES}/Role`,
    pattern: ROLE,
    example: 'arn:aws:iam::111122223333:role/Reader',
    written(role, { Provider = '' }) {
      const { partition = '', account = '' } = ROLE.exec(role)?.groups ?? {};
      return `${role},arn:${partition}:iam::${account}:saml-provider/${Provider}`;
    },
  },
  source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html',
};
