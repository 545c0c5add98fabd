import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simpleSamlPhpSite } from './simplesamlphp-site.ts';

const APP = fileURLToPath(new URL('./simplesamlphp-app.php', import.meta.url));

/** SimpleSAMLphp as service providers, and an app behind them. */
export interface SimpleSamlPhpApp {
  readonly site: string;
  /** The metadata that a service provider publishes. */
  metadata(name: string): Promise<string>;
  /** Tells it what the identity provider's metadata are from now on. */
  know(metadata: string): void;
  /** The app's page. @param more further parameters of its address. */
  page(name: string, more?: string): string;
  close(): Promise<void>;
}

/** @param providers their settings in SimpleSAMLphp, by name. */
export async function startSimpleSamlPhpApp(providers: Readonly<Record<string, string>>): Promise<SimpleSamlPhpApp> {
  // An identity provider on the same host has cookies of its own.
  const php = await simpleSamlPhpSite(`'enable.saml20-idp' => false,
  'module.enable' => ['core' => true, 'saml' => true],
  'session.phpsession.cookiename' => 'AppSession', 'session.authtoken.cookiename' => 'AppToken',
  'metadata.sources' => [['type' => 'xml', 'file' => 'DIRECTORY/idp.xml']],`);
  php.makeKey('sp');
  const writeSources = (idp: string): void => {
    const sources = Object.entries(providers).map(
      ([name, settings]) => `'${name}' => ['saml:SP', 'entityID' => '${php.site}/${name}', 'idp' => ${idp},
  'privatekey' => 'sp.key', 'certificate' => 'sp.crt', 'sign.logout' => true, 'validate.logout' => true, ${settings}]`,
    );
    php.write('config/authsources.php', 'config', `[${sources.join(',\n')}]`);
  };
  writeSources('null');
  const path = (name: string): string => `/module.php/saml/sp/metadata.php/${name}`;
  const [first = ''] = Object.keys(providers);
  await php.serve({ path: path(first), word: 'SPSSODescriptor' }, APP);
  return {
    site: php.site,
    metadata: async (name) => await (await fetch(php.site + path(name))).text(),
    know(metadata) {
      writeFileSync(join(php.directory, 'idp.xml'), metadata);
      writeSources(`'${/entityID="([^"]+)"/.exec(metadata)?.[1] ?? ''}'`);
    },
    page: (name, more = '') => `${php.site}/app?sp=${name}${more}`,
    close: () => php.close(),
  };
}
