import { PERSON, type SamlPreset, SERVICE_URL } from './preset.ts';

/** Jenkins with the SAML plugin. */
export const JENKINS: SamlPreset = {
  name: 'jenkins',
  service: 'Jenkins, with the SAML plugin',
  parameters: [SERVICE_URL],
  entityId: '{Url}/securityRealm/finishLogin',
  acs: '{Url}/securityRealm/finishLogin',
  nameId: { format: 'persistent' },
  attributes: [
    { name: 'username', values: [PERSON.userName] },
    { name: 'email', values: [PERSON.email] },
    { name: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name', values: [PERSON.displayName] },
    { name: 'http://schemas.xmlsoap.org/claims/Group', values: [PERSON.groups] },
  ],
  startUrl: '{Url}/securityRealm/commenceLogin',
  source: 'https://github.com/jenkinsci/saml-plugin/blob/main/doc/CONFIGURE.md',
};
