import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runProgram } from '../../harness/run-program.ts';
import { metadataOf, rsaKey } from '../../harness/saml-metadata.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { authority, openTestAuthorities, server as serverExtensions } from '../../harness/test-authority.ts';

/** Every `aws_iam_*`, `aws_organizations_*` and STS resource and data source of Terraform's AWS provider that this server can serve. */
const TERRAFORM = process.env['ROLECALL_TEST_TERRAFORM'] ?? '/usr/local/bin/terraform';
/** A file-system mirror with the provider. */
const PLUGINS = process.env['ROLECALL_TEST_TERRAFORM_PLUGINS'] ?? '/opt/tf-plugins';
const PROVIDER = join(PLUGINS, 'registry.terraform.io/hashicorp/aws/5.100.0');
const SOURCE = fileURLToPath(new URL('terraform', import.meta.url));

const isThere = existsSync(TERRAFORM) && existsSync(PROVIDER);
if (!isThere)
  console.log(
    `terraform: skipped, because there is no ${existsSync(TERRAFORM) ? PROVIDER : TERRAFORM} (see .ci/README.md)`,
  );
const withTerraform = isThere ? describe : describe.skip;

const directory = temporaryDirectory();
const at = (...names: string[]): string => join(directory.path, ...names);
let server: RunningServer;

/** An RSA public key in OpenSSH's form (RFC 4253 §6.6). */
function sshKey(): string {
  const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const number = (text: string): Buffer => Buffer.concat([Buffer.from([0]), Buffer.from(text, 'base64url')]);
  const parts = [Buffer.from('ssh-rsa'), Buffer.from(e, 'base64url'), number(n)].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ssh-rsa ${Buffer.concat(parts).toString('base64')} ann@desk`;
}

/** Keys, certificates and metadata, by the names that the configuration uses. */
function makeFiles(): Record<string, string> {
  const authorities = openTestAuthorities(directory.path);
  authorities.issue('root', undefined, { subject: '/CN=Root', extensions: authority() });
  const newKey = ['-newkey', 'rsa:2048'];
  const site = authorities.issue('site', 'root', { extensions: serverExtensions('DNS:site.example'), newKey });
  execFileSync('openssl', ['rsa', '-in', site.keyFile, '-traditional', '-out', at('site-rsa.key')], {
    stdio: 'ignore',
  });
  const signing = authorities.issue('signing', undefined, { newKey });
  const metadata = () => metadataOf(rsaKey());
  return {
    certificate: site.pem,
    key: readFileSync(at('site-rsa.key'), 'utf8'),
    chain: readFileSync(at('root.pem'), 'utf8'),
    signing: signing.pem,
    ssh: sshKey(),
    saml: metadata(),
    'saml-changed': metadata(),
  };
}

/** A working directory with the given files of the configuration, and a state of its own. */
class Workspace {
  private readonly path: string;

  constructor(name: string, isUsed: (file: string) => boolean) {
    this.path = at(name);
    cpSync(SOURCE, this.path, { recursive: true, filter: (file) => !file.endsWith('.tf') || isUsed(file) });
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text);
  }

  /** @throws {Error} if the exit code is not 0 or 2 (of `plan -detailed-exitcode`, changes). */
  async run(revision: string, ...args: string[]): Promise<{ readonly isChanged: boolean; readonly text: string }> {
    const { status, stdout, stderr } = await runProgram(
      TERRAFORM,
      [...args],
      {
        PATH: process.env['PATH'] ?? '',
        HOME: directory.path,
        CHECKPOINT_DISABLE: '1',
        // Half of the CPU time would be for the garbage of the provider's schemas.
        GOGC: 'off',
        GOMEMLIMIT: '1500MiB',
        TF_IN_AUTOMATION: '1',
        TF_CLI_ARGS: '-no-color',
        TF_CLI_CONFIG_FILE: at('terraform.rc'),
        TF_VAR_endpoint: server.url,
        TF_VAR_revision: revision,
        TF_VAR_files: readFileSync(at('files.json'), 'utf8'),
        AWS_ACCESS_KEY_ID: server.admin.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.admin.secretAccessKey,
      },
      this.path,
    );
    if (status !== 0 && status !== 2)
      throw new Error(`terraform ${args[0]} ended with ${status}\n${stdout}\n${stderr}`);
    return { isChanged: status === 2, text: stdout };
  }

  state(): State {
    return JSON.parse(readFileSync(join(this.path, 'terraform.tfstate'), 'utf8')) as State;
  }
}

/** Of a state file, what tests read. */
interface State {
  readonly outputs: Readonly<Record<'seen' | 'organization', { readonly value: unknown }>>;
  readonly resources: readonly {
    readonly mode: 'managed' | 'data';
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Readonly<Record<string, string>> }[];
  }[];
}

/** What `terraform import` takes for resources whose `id` in the state is not that. */
const IMPORT_IDS: Readonly<Record<string, (values: Readonly<Record<string, string>>) => string>> = {
  aws_iam_user_policy_attachment: ({ user, policy_arn }) => `${user}/${policy_arn}`,
  aws_iam_group_policy_attachment: ({ group, policy_arn }) => `${group}/${policy_arn}`,
  aws_iam_role_policy_attachment: ({ role, policy_arn }) => `${role}/${policy_arn}`,
  aws_iam_user_group_membership: ({ user, groups = [] }) => [user, ...groups].join('/'),
  aws_iam_user_ssh_key: ({ username, ssh_public_key_id, encoding }) => `${username}:${ssh_public_key_id}:${encoding}`,
  aws_iam_user_policies_exclusive: ({ user_name = '' }) => user_name,
  aws_iam_user_policy_attachments_exclusive: ({ user_name = '' }) => user_name,
  aws_iam_group_policies_exclusive: ({ group_name = '' }) => group_name,
  aws_iam_group_policy_attachments_exclusive: ({ group_name = '' }) => group_name,
  aws_iam_role_policies_exclusive: ({ role_name = '' }) => role_name,
  aws_iam_role_policy_attachments_exclusive: ({ role_name = '' }) => role_name,
  aws_organizations_policy_attachment: ({ target_id, policy_id }) => `${target_id}:${policy_id}`,
};

withTerraform('Terraform (skipped without it and its AWS provider)', () => {
  let all: Workspace;
  beforeAll(async () => {
    server = await startServer();
    writeFileSync(
      at('terraform.rc'),
      `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(PLUGINS)} }\n}\n`,
    );
    writeFileSync(at('files.json'), JSON.stringify(makeFiles()));
    all = new Workspace('all', () => true);
    await all.run('first', 'init', '-input=false');
  });
  afterAll(async () => {
    await server?.stop();
    directory.remove();
  });

  test('apply, and change in place', async () => {
    await all.run('first', 'apply', '-auto-approve', '-input=false');
    const { text } = await all.run('second', 'apply', '-auto-approve', '-input=false');
    // Renamed or moved in place, with everything that hangs on them.
    for (const kept of [
      ...['aws_iam_user.ann', 'aws_iam_group.staff', 'aws_iam_role.web', 'aws_iam_policy.boundary'],
      ...['aws_organizations_organization.this', 'aws_iam_organizations_features.this'],
      ...['aws_organizations_organizational_unit.workloads', 'aws_organizations_account.team'],
      ...['aws_organizations_policy.no_users', 'aws_organizations_policy.tags'],
    ]) {
      expect(text).toContain(`${kept}: Modifications complete`);
    }
  });

  test('then a plan is empty', async () => {
    const { isChanged, text } = await all.run('second', 'plan', '-detailed-exitcode', '-input=false');
    if (isChanged) throw new Error(text);
  });

  test('the data sources say what exists', () => {
    expect(all.state().outputs.seen.value).toEqual({
      caller: `arn:aws:iam::${server.accountId}:user/${server.admin.userName}`,
      issuer: `arn:aws:iam::${server.accountId}:user/${server.admin.userName}`,
      alias: 'terraform-second',
      keys: ['Active'],
      members: ['ann-renamed', 'bob'],
      profile: 'web',
      profiles: ['web'],
      providers: true,
      policy: true,
      managed: '*',
      simulated: { 'iam:GetUser': 'allowed', 'sqs:ListQueues': 'implicitDeny' },
      role: 7200,
      roles: ['web'],
      saml: 'outside',
      certificate: '/site/',
      user: '/people/moved/',
      ssh: 'Inactive',
      users: ['ann-renamed'],
    });
    expect(all.state().outputs.organization.value).toEqual({
      accounts: ['team', 'terraform-first'],
      services: ['config.amazonaws.com', 'iam.amazonaws.com'],
      types: ['RESOURCE_CONTROL_POLICY', 'SERVICE_CONTROL_POLICY', 'TAG_POLICY'],
      unit: true,
      units: ['workloads renamed'],
      children: ['team@example.com'],
      descendants: 2,
      nested: ['nested', 'workloads renamed'],
      administrators: ['team'],
      delegated: ['iam.amazonaws.com'],
      policies: 2,
      attached: 2,
      denied: 'Nosecond',
      tags: { revision: 'second', stack: 'everything' },
    });
  });

  test('what exists can be imported: nothing differs from the configuration', async () => {
    const files = ['importable.tf', 'organizations.tf'];
    const importable = files.map((file) => readFileSync(join(SOURCE, file), 'utf8')).join('');
    const blocks = all.state().resources.flatMap(({ mode, type, name, instances }) => {
      const values = instances[0]?.attributes;
      if (mode === 'data' || values === undefined || !importable.includes(`resource "${type}" "${name}"`)) return [];
      const id = IMPORT_IDS[type]?.(values) ?? values['id'];
      return `import {\n  to = ${type}.${name}\n  id = ${JSON.stringify(id)}\n}\n`;
    });
    const imported = new Workspace('imported', (file) => ['provider.tf', ...files].includes(basename(file)));
    imported.write('imports.tf', blocks.join(''));
    await imported.run('second', 'init', '-input=false');
    const { text } = await imported.run('second', 'plan', '-input=false');
    expect(text).toContain(`Plan: ${blocks.length} to import, 0 to add, 0 to change, 0 to destroy.`);
    expect(blocks).toHaveLength(importable.match(/^resource /gm)?.length ?? 0);
  });

  test('destroy', async () => {
    const { text } = await all.run('second', 'destroy', '-auto-approve', '-input=false', '-refresh=false');
    expect(text).toContain('Destroy complete!');
  });
});
