import { PERSON, type SamlPreset, SERVICE_URL } from './preset.ts';

const ATTRIBUTES: SamlPreset['attributes'] = [
  { name: 'email', values: [PERSON.email] },
  { name: 'name', values: [PERSON.displayName] },
  { name: 'nickname', values: [PERSON.userName] },
  { name: 'groups', values: [PERSON.groups] },
];

/** A top-level group on GitLab.com. */
export const GITLAB_COM: SamlPreset = {
  name: 'gitlab-com',
  service: 'GitLab.com, a top-level group',
  parameters: [
    {
      name: 'Group',
      documentation: 'The path of the group.',
      example: 'acme',
      pattern: /[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}/,
    },
  ],
  entityId: 'https://gitlab.com/groups/{Group}',
  acs: 'https://gitlab.com/groups/{Group}/-/saml/callback',
  nameId: { format: 'persistent' },
  attributes: ATTRIBUTES,
  source: 'https://docs.gitlab.com/user/group/saml_sso/',
};

/** GitLab that people run themselves. */
export const GITLAB: SamlPreset = {
  name: 'gitlab',
  service: 'GitLab, self-managed',
  parameters: [SERVICE_URL],
  entityId: '{Url}',
  acs: '{Url}/users/auth/saml/callback',
  nameId: { format: 'persistent' },
  attributes: ATTRIBUTES,
  source: 'https://docs.gitlab.com/integration/saml/',
};
