import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
  type PolicyType,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';

/** A server whose first account manages an organization. */
export interface OrganizationScene {
  readonly server: InProcessServer;
  readonly organizationId: string;
  readonly rootId: string;
  /** Moves the clock on, also that of the clients of Organizations, which sign with it. */
  advance(ms: number): void;
  /** A client of Organizations, of the administrator by default. */
  client(key?: Key): OrganizationsClient;
  /** Creates an account in the root, and returns its id. */
  createAccount(name: string): Promise<string>;
  /** Credentials of the role by which the management account administers another one. */
  administrate(accountId: string): Promise<Key>;
  enable(type: PolicyType): Promise<void>;
}

export async function startOrganization(...args: Parameters<typeof startInProcess>): Promise<OrganizationScene> {
  const server = await startInProcess(...args);
  const clients = new Map<Key, OrganizationsClient>();
  let advanced = 0;
  const client = (key: Key = server.admin): OrganizationsClient => {
    const known = clients.get(key);
    if (known !== undefined) return known;
    const made = new OrganizationsClient({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: key,
      maxAttempts: 1,
    });
    // A client would set its clock back by the `Date` of an answer, which no test moves.
    Object.defineProperty(made.config, 'systemClockOffset', { get: () => advanced, set: () => {} });
    clients.set(key, made);
    return made;
  };
  const { Organization } = await client().send(new CreateOrganizationCommand({}));
  const { Roots } = await client().send(new ListRootsCommand({}));
  const rootId = Roots?.[0]?.Id ?? '';
  return {
    server,
    organizationId: Organization?.Id ?? '',
    rootId,
    advance(ms) {
      advanced += ms;
      server.advance(ms);
    },
    client,
    async createAccount(name) {
      const input = { AccountName: name, Email: `${name}@example.com` };
      const { CreateAccountStatus: begun } = await client().send(new CreateAccountCommand(input));
      const { CreateAccountStatus: done } = await client().send(
        new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: begun?.Id }),
      );
      return done?.AccountId ?? '';
    },
    async administrate(accountId) {
      const RoleArn = `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`;
      const { Credentials } = await server.sts().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'admin' }));
      return {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      };
    },
    async enable(PolicyType) {
      await client().send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType }));
    },
  };
}

/** The text of a service control policy. */
export const controlPolicy = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement });
