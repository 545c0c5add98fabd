import type { RequestPrincipal } from '../../src/policy/request.ts';

export const ACCOUNT = '111122223333';

/** The callers that the vectors name. */
export const CALLERS: Readonly<Record<string, RequestPrincipal>> = {
  user: { type: 'User', arn: `arn:aws:iam::${ACCOUNT}:user/alice`, accountId: ACCOUNT, uniqueId: 'AIDAALICE0000000' },
  'user-without-id': { type: 'User', arn: `arn:aws:iam::${ACCOUNT}:user/bob`, accountId: ACCOUNT, uniqueId: '' },
  root: { type: 'Account', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT, uniqueId: ACCOUNT },
  session: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/run-1`,
    accountId: ACCOUNT,
    uniqueId: 'AROADEPLOY000000',
    roleArn: `arn:aws:iam::${ACCOUNT}:role/team/deploy`,
  },
  'federated-user': {
    type: 'FederatedUser',
    arn: `arn:aws:sts::${ACCOUNT}:federated-user/carol`,
    accountId: ACCOUNT,
    uniqueId: 'AIDAALICE0000000',
    userArn: `arn:aws:iam::${ACCOUNT}:user/alice`,
  },
  'web-identity': {
    type: 'WebIdentity',
    arn: '',
    accountId: ACCOUNT,
    uniqueId: '',
    federated: [`arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com`, 'idp.example.com'],
  },
  'bare-web-identity': { type: 'WebIdentity', arn: '', accountId: ACCOUNT, uniqueId: '' },
  saml: {
    type: 'SAML',
    arn: '',
    accountId: ACCOUNT,
    uniqueId: '',
    federated: [`arn:aws:iam::${ACCOUNT}:saml-provider/corp`],
  },
  service: { type: 'Service', arn: '', accountId: '', uniqueId: '', services: ['ec2.amazonaws.com'] },
  anonymous: { type: 'Anonymous', arn: '', accountId: '', uniqueId: '' },
};

/** The caller of that name. */
export function callerOf(name: string): RequestPrincipal {
  const caller = CALLERS[name];
  if (!caller) throw new Error(`no caller ${name}`);
  return caller;
}
