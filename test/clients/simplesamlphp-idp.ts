import { hasSimpleSamlPhp, type SimpleSamlPhpSite, simpleSamlPhpSite } from './simplesamlphp-site.ts';

export { hasSimpleSamlPhp };

const BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings';

/** A service provider, as SimpleSAMLphp is told of it. */
export interface KnownServiceProvider {
  /** Our metadata. */
  readonly metadata: string;
  readonly isEncrypted: boolean;
}

/** SimpleSAMLphp as an identity provider with one person, `alice`. */
export interface SimpleSamlPhp {
  readonly site: string;
  readonly entityId: string;
  readonly metadataUrl: string;
  /** Tells it of service providers. */
  trust(providers: readonly KnownServiceProvider[]): void;
  /** Gives it another signing key. */
  changeKey(): void;
  close(): Promise<void>;
}

export async function startSimpleSamlPhp(): Promise<SimpleSamlPhp> {
  const php = await simpleSamlPhpSite(`'enable.saml20-idp' => true,
  'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
  'metadata.sources' => [['type' => 'flatfile', 'directory' => 'DIRECTORY/metadata']],`);
  php.write(
    'config/authsources.php',
    'config',
    `['people' => ['exampleauth:UserPass', 'alice:secret' => [
  'uid' => ['alice'], 'displayName' => ['Alice'], 'mail' => ['alice@corp.example'], 'groups' => ['eng', 'staff'],
]]]`,
  );
  const entityId = 'https://simplesamlphp.example.com/idp';
  const changeKey = keyWriter(php, entityId);
  changeKey();
  const path = '/saml2/idp/metadata.php';
  await php.serve({ path, word: 'IDPSSODescriptor' });
  return {
    site: php.site,
    entityId,
    metadataUrl: php.site + path,
    trust: (providers) =>
      php.write('metadata/saml20-sp-remote.php', 'metadata', `[${providers.map(remote).join(',\n')}]`),
    changeKey,
    close: () => php.close(),
  };
}

/** Writes what it is itself, each time with a new key. */
function keyWriter({ write, makeKey }: SimpleSamlPhpSite, entityId: string): () => void {
  let keys = 0;
  return () => {
    const name = `idp-${++keys}`;
    makeKey(name);
    write(
      'metadata/saml20-idp-hosted.php',
      `metadata['${entityId}']`,
      `['host' => '__DEFAULT__', 'privatekey' => '${name}.key', 'certificate' => '${name}.crt', 'auth' => 'people',
  'SingleSignOnServiceBinding' => ['${BINDING}:HTTP-Redirect', '${BINDING}:HTTP-POST'],
  'SingleLogoutServiceBinding' => ['${BINDING}:HTTP-Redirect', '${BINDING}:HTTP-POST']]`,
    );
  };
}

/** What a service provider's metadata say, in SimpleSAMLphp's form: requests must be signed by its key. */
function remote({ metadata, isEncrypted }: KnownServiceProvider): string {
  const one = (pattern: RegExp): string => pattern.exec(metadata)?.[1] ?? '';
  const key = (use: string): string => {
    const certificate = one(new RegExp(`use="${use}".*?<ds:X509Certificate>([^<]+)<`));
    return `['type' => 'X509Certificate', 'signing' => ${use === 'signing'}, 'encryption' => ${use === 'encryption'}, 'X509Certificate' => '${certificate}']`;
  };
  const encrypted =
    "'assertion.encryption' => true, 'sharedkey_algorithm' => 'http://www.w3.org/2009/xmlenc11#aes256-gcm',";
  return `'${one(/entityID="([^"]+)"/)}' => [
  'AssertionConsumerService' => '${one(/AssertionConsumerService [^>]*Location="([^"]+)"/)}',
  'SingleLogoutService' => '${one(/SingleLogoutService [^>]*Location="([^"]+)"/)}',
  'keys' => [${key('signing')}, ${key('encryption')}],
  'validate.authnrequest' => true, 'validate.logout' => true, 'sign.logout' => true, ${isEncrypted ? encrypted : ''}
  'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'simplesaml.nameidattribute' => 'uid',
]`;
}
