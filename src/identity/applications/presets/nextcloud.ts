import { PERSON, type SamlPreset, SERVICE_URL } from './preset.ts';

/** Nextcloud with the app "SSO & SAML authentication". */
export const NEXTCLOUD: SamlPreset = {
  name: 'nextcloud',
  service: 'Nextcloud',
  parameters: [
    {
      ...SERVICE_URL,
      documentation: 'The address of the service, without a slash at the end, with `/index.php` if its URLs have it.',
    },
  ],
  entityId: '{Url}/apps/user_saml/saml/metadata',
  acs: '{Url}/apps/user_saml/saml/acs',
  nameId: { format: 'persistent' },
  attributes: [
    { name: 'uid', values: [PERSON.userName] },
    { name: 'displayName', values: [PERSON.displayName] },
    { name: 'email', values: [PERSON.email] },
    { name: 'groups', values: [PERSON.groups] },
  ],
  startUrl: '{Url}/apps/user_saml/saml/login',
  source: 'https://docs.nextcloud.com/server/latest/admin_manual/configuration_user/user_auth_saml.html',
};
