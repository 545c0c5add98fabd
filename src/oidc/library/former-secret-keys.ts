import type { Client } from 'oidc-provider';
import type { ClientSecret } from '../../identity/applications/oidc/client-secrets.ts';

interface SecretKey {
  readonly kty: 'oct';
  readonly alg: string;
  readonly use: 'sig';
  readonly k: string;
}
interface KeyStore {
  selectForVerify(options: { readonly alg: string }): readonly SecretKey[];
}

/** Verifies assertions of `client_secret_jwt` also with the secret before the current one, until that expires. */
export function addFormerSecret(client: Client): void {
  const former = client['former_secret'] as ClientSecret | undefined;
  const expiresAt = former?.expiresAt;
  if (former === undefined || expiresAt === undefined || client.clientAuthMethod !== 'client_secret_jwt') return;
  const { symmetricKeyStore } = client as unknown as { readonly symmetricKeyStore: KeyStore };
  const select = symmetricKeyStore.selectForVerify.bind(symmetricKeyStore);
  const k = Buffer.from(former.secret).toString('base64url');
  symmetricKeyStore.selectForVerify = (options) => {
    const keys = select(options);
    return expiresAt <= Date.now() ? keys : [...keys, ...keys.map((key) => ({ ...key, k }))];
  };
}
