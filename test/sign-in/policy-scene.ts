import { openPrivileges } from '../../src/evaluation/sign-in/privileges.ts';
import { LoginRefused } from '../../src/federation/connectors/login-refused.ts';
import type { PasswordConnector } from '../../src/federation/connectors/password-connector.ts';
import { type AddressList, readAddressList } from '../../src/identity/sign-in-policy/address-list.ts';
import { openSignInJudge } from '../../src/identity/sign-in-policy/judge-sign-in.ts';
import type { Places } from '../../src/identity/sign-in-policy/places.ts';
import { openSignInHistory } from '../../src/identity/sign-in-policy/sign-in-history.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { type ConnectorScene, connectorScene } from '../federation/connectors/scene.ts';
import { ACCOUNT, type Installation, type install } from '../oidc/installation.ts';

/** An installation whose sign-ins are judged, with a clock that can be moved. */
export interface PolicyScene extends ConnectorScene {
  readonly warnings: string[];
  /** Sets the sign-in policy of the account; without statements, removes it. */
  setPolicy(...statements: readonly object[]): Promise<void>;
  advance(ms: number): void;
}

interface Options {
  readonly days?: number;
  readonly hasPasskeys?: boolean;
  readonly places?: Places;
  readonly listed?: string;
}

/** A stand-in for a directory, in which everybody has every password but `wrong`. */
const directory: PasswordConnector = {
  async authenticate({ name, password, mayTry }) {
    await mayTry(undefined);
    if (password === 'wrong') throw new LoginRefused('credentials', 'wrong password');
    const claims = { hd: 'corp.example', preferred_username: name };
    const nothing = { acr: undefined, authTime: undefined, sessionId: undefined, logoutSubject: undefined };
    return { subject: `directory ${name}`, claims, amr: ['pwd'], ...nothing };
  },
};

interface JudgeOptions
  extends Pick<Parameters<typeof openSignInJudge>[0], 'hasPasskeys' | 'warn'>,
    Pick<Options, 'days'> {
  readonly clock: Clock;
  readonly lists: { readonly places?: Places | undefined; readonly addresses?: AddressList | undefined };
}

/** Opens the judge of an installation at the first sign-in: the provider is opened before the installation is complete. */
export function judgeIn(
  installed: () => Pick<Installation, 'identities' | 'ephemeral' | 'keyRing'>,
  { clock, days = 0, hasPasskeys, lists, warn }: JudgeOptions,
): NonNullable<NonNullable<Parameters<typeof install>[0]>['openJudge']> {
  return (ephemeral) => {
    const opened = () => {
      const { identities: store, ephemeral: feed, keyRing } = installed();
      const rpId = 'localhost';
      const { isPrivileged } = openPrivileges({ store, feed, clock });
      const history = openSignInHistory(ephemeral, keyRing.sealer);
      return openSignInJudge({
        store,
        history,
        isPrivileged,
        lists: () => lists,
        rule: { days },
        hasPasskeys,
        rpId,
        warn,
      });
    };
    let judge: ReturnType<typeof opened> | undefined;
    const now = () => {
      judge ??= opened();
      return judge;
    };
    return {
      judge: (signIn) => now().judge(signIn),
      judgeApp: (signIn) => now().judgeApp(signIn),
      enrolmentDue: (person) => now().enrolmentDue(person),
      isPrivileged: (person) => now().isPrivileged(person),
      completed: (signIn) => now().completed(signIn),
      simulate: (signIn, given) => now().simulate(signIn, given),
      rule: { days },
      hasPasskeys,
      lists: () => lists,
    };
  };
}

export async function policyScene({
  days = 0,
  hasPasskeys = true,
  places,
  listed,
}: Options = {}): Promise<PolicyScene> {
  let ahead = 0;
  const clock: Clock = { now: () => Date.now() + ahead };
  const warnings: string[] = [];
  const lists = { places, addresses: listed === undefined ? undefined : readAddressList(listed) };
  const scene: ConnectorScene = await connectorScene({
    clock,
    // Stands for a proxy, so that a test can say where a browser is.
    trustedProxies: ['127.0.0.1', '::1'],
    connectors: (open) => (connector) => (connector.name === 'other' ? { password: directory } : open(connector)),
    openJudge: judgeIn(() => scene, { clock, days, hasPasskeys, lists, warn: ({ arn }) => warnings.push(arn) }),
  });
  return {
    ...scene,
    warnings,
    async setPolicy(...statements) {
      const document = JSON.stringify({
        Version: '2012-10-17',
        Statement: statements.map((each) => ({ Effect: 'Deny', Resource: '*', ...each })),
      });
      const policy = { document, timeZone: 'UTC', updatedAt: clock.now() };
      await scene.identities.accounts.update([ACCOUNT], ({ signInPolicy: _former, ...account }) =>
        statements.length === 0 ? account : { ...account, signInPolicy: policy },
      );
    },
    advance(ms) {
      ahead += ms;
    },
  };
}
