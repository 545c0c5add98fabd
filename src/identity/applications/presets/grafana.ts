import { PERSON, type SamlPreset, SERVICE_URL } from './preset.ts';

/** Grafana Enterprise and Grafana Cloud. */
export const GRAFANA: SamlPreset = {
  name: 'grafana',
  service: 'Grafana Enterprise or Cloud',
  parameters: [SERVICE_URL],
  entityId: '{Url}/saml/metadata',
  acs: '{Url}/saml/acs',
  nameId: { format: 'persistent' },
  attributes: [
    { name: 'displayName', values: [PERSON.displayName] },
    { name: 'login', values: [PERSON.userName] },
    { name: 'mail', values: [PERSON.email] },
    { name: 'groups', values: [PERSON.groups] },
  ],
  roles: { attribute: 'role', pattern: /Viewer|Editor|Admin|GrafanaAdmin/, example: 'Editor' },
  // It refuses responses that it did not ask for, unless `allow_idp_initiated` is on.
  startUrl: '{Url}/login/saml',
  source:
    'https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/saml/saml-configuration-options/',
};
