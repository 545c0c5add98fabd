import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateRoleCommand, CreateSAMLProviderCommand, GetSAMLProviderCommand, IAMClient } from '@aws-sdk/client-iam';
import { awsCli, findAwsPrograms } from '../../harness/aws-cli.ts';
import { driveAws } from '../../harness/aws-cli-driver.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { storesFor } from '../../harness/stores-of-tests.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { unique } from '../support/unique.ts';

/** What the suites with real SAML identity providers share: keys by openssl, a role, and the CLI that presents responses. */
export interface SamlScene {
  /** With the keys and certificates `idp` and `sp`. */
  readonly directory: string;
  readonly url: string;
  readonly recipient: string;
  readonly role: string;
  readonly provider: string;
  /** Registers the identity provider, with our decrypting key, and returns the endpoint for encrypted assertions. */
  register(metadata: string): Promise<string>;
  /** Presents a response, in base64; the call is not signed. */
  present(response: string): Promise<SamlAnswer>;
  refused(response: string): Promise<{ readonly code: string; readonly message: string }>;
  close(): Promise<void>;
}

export interface SamlAnswer {
  readonly Credentials: {
    readonly AccessKeyId: string;
    readonly SecretAccessKey: string;
    readonly SessionToken: string;
  };
  readonly AssumedRoleUser: { readonly Arn: string };
  readonly Subject: string;
  readonly SubjectType: string;
  readonly Issuer: string;
  readonly Audience: string;
}

export async function openSamlScene(name: string): Promise<SamlScene> {
  const { path: directory, remove } = temporaryDirectory();
  for (const key of ['idp', 'sp']) makeKey(directory, key);
  const server = await obtainServer();
  const [installed] = findAwsPrograms();
  if (installed === undefined) throw new Error('there is no aws on this machine');
  const program = driveAws(installed);
  const iam = new IAMClient({ endpoint: server.url, region: 'eu-central-1', credentials: server.admin });
  const stranger = awsCli(program, server.url, undefined);
  const names = { role: unique(name), provider: unique(name) };
  const role = `arn:aws:iam::${server.accountId}:role/${names.role}`;
  const provider = `arn:aws:iam::${server.accountId}:saml-provider/${names.provider}`;
  const call = (response: string): string[] => {
    const file = join(directory, unique('response'));
    writeFileSync(file, response);
    return [
      'sts',
      'assume-role-with-saml',
      '--role-arn',
      role,
      '--principal-arn',
      provider,
      '--saml-assertion',
      `file://${file}`,
    ];
  };
  return {
    directory,
    url: server.url,
    recipient: `${server.url}/saml`,
    role,
    provider,
    async register(SAMLMetadataDocument) {
      const AddPrivateKey = read(directory, 'sp.key');
      const { SAMLProviderArn } = await iam.send(
        new CreateSAMLProviderCommand({ Name: names.provider, SAMLMetadataDocument, AddPrivateKey }),
      );
      const Action = ['sts:AssumeRoleWithSAML', 'sts:TagSession'];
      const Statement = { Effect: 'Allow', Principal: { Federated: provider }, Action };
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await iam.send(new CreateRoleCommand({ RoleName: names.role, AssumeRolePolicyDocument }));
      const { SAMLProviderUUID } = await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }));
      return `${server.url}/saml/acs/${SAMLProviderUUID}`;
    },
    present: (response) => stranger.json<SamlAnswer>(...call(response)),
    refused: (response) => stranger.refused(...call(response)),
    async close() {
      iam.destroy();
      await program.stop();
      await server.stop();
      remove();
    },
  };
}

const MAIN = fileURLToPath(new URL('../../dist/app/main.js', import.meta.url));

/** Gives the SAML identity provider of a running server another key, at once, by the command for it. */
export function rollOverSamlKey(server: RunningServer, keys: Readonly<Record<string, string>>): void {
  const directory = server.process?.directory ?? '';
  const data = join(directory, 'data');
  const env = { PATH: process.env['PATH'] ?? '', ROLECALL_DATA_DIR: data, ...keys, ...storesFor(data) };
  const command = ['rotate-keys', '--saml-account', server.accountId, '--in-days', '0'];
  execFileSync(process.execPath, [MAIN, ...command], { env, cwd: directory, stdio: 'pipe' });
}

function makeKey(directory: string, name: string): void {
  const files = ['-keyout', join(directory, `${name}.key`), '-out', join(directory, `${name}.crt`)];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, ...files],
    { stdio: 'ignore' },
  );
}

export const read = (directory: string, file: string): string => readFileSync(join(directory, file), 'utf8');
