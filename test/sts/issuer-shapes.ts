import type { JWTPayload } from 'jose';

/** A token as a known issuer makes it, and a trust policy as its customers write it. */
export interface IssuerShape {
  readonly name: string;
  readonly issuer: string;
  /** The client ids of the provider. */
  readonly clientIds: readonly string[];
  readonly claims: JWTPayload;
  readonly condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  readonly actions?: readonly string[];
  /** Claims of a token that the trust policy must refuse. */
  readonly denied: JWTPayload;
  /** The `Audience` of the answer. */
  readonly audience: string;
}

const GITHUB = 'token.actions.githubusercontent.com';
const TENANT = '0f8fad5b-d9cb-469f-a165-70867728950e';
const TERRAFORM_RUN = 'organization:acme:project:platform:workspace:shop:run_phase';

const github = {
  issuer: `https://${GITHUB}`,
  clientIds: ['sts.amazonaws.com'],
  audience: 'sts.amazonaws.com',
  claims: {
    aud: 'sts.amazonaws.com',
    jti: 'example-id',
    ref: 'refs/heads/main',
    sha: 'example-sha',
    repository: 'octo-org/octo-repo',
    repository_owner: 'octo-org',
    repository_owner_id: '65',
    repository_id: '74',
    repository_visibility: 'private',
    actor: 'octocat',
    actor_id: '12',
    workflow: 'deploy',
    event_name: 'push',
    ref_type: 'branch',
    run_attempt: '2',
    runner_environment: 'github-hosted',
    environment: 'production',
    job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
  },
} as const;

export const ISSUER_SHAPES: readonly IssuerShape[] = [
  {
    ...github,
    name: 'GitHub Actions',
    claims: { ...github.claims, sub: 'repo:octo-org/octo-repo:environment:production' },
    condition: {
      StringEquals: {
        [`${GITHUB}:aud`]: 'sts.amazonaws.com',
        [`${GITHUB}:repository_id`]: '74',
        [`${GITHUB}:job_workflow_ref`]: github.claims.job_workflow_ref,
      },
      StringLike: { [`${GITHUB}:sub`]: 'repo:octo-org/octo-repo:*' },
    },
    denied: { sub: 'repo:octo-org/other:environment:production' },
  },
  {
    // Repositories created or renamed since July 2026 have their ids in the subject.
    ...github,
    name: 'GitHub Actions with immutable subjects',
    claims: { ...github.claims, sub: 'repo:octo-org@65/octo-repo@74:environment:production' },
    condition: {
      StringEquals: {
        [`${GITHUB}:sub`]: [
          'repo:octo-org/octo-repo:environment:production',
          'repo:octo-org@65/octo-repo@74:environment:production',
        ],
      },
    },
    denied: { sub: 'repo:octo-org@66/octo-repo@75:environment:production' },
  },
  {
    name: 'GitLab',
    issuer: 'https://gitlab.com',
    clientIds: ['https://gitlab.com'],
    audience: 'https://gitlab.com',
    claims: {
      aud: 'https://gitlab.com',
      sub: 'project_path:acme/shop:ref_type:branch:ref:main',
      nbf: 1_700_000_000,
      project_id: '22',
      project_path: 'acme/shop',
      namespace_id: '72',
      namespace_path: 'acme',
      user_login: 'dora',
      pipeline_source: 'push',
      ref: 'main',
      ref_type: 'branch',
      ref_protected: 'true',
      environment: 'production',
      environment_protected: 'false',
      groups_direct: ['acme/ops', 'acme/dev'],
    },
    condition: {
      StringEquals: {
        'gitlab.com:sub': 'project_path:acme/shop:ref_type:branch:ref:main',
        'gitlab.com:ref_protected': 'true',
      },
      'ForAnyValue:StringEquals': { 'gitlab.com:groups_direct': 'acme/ops' },
    },
    denied: { ref_protected: 'false' },
  },
  {
    name: 'Kubernetes service accounts',
    issuer: 'https://oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE',
    clientIds: ['sts.amazonaws.com'],
    audience: 'sts.amazonaws.com',
    claims: {
      aud: ['sts.amazonaws.com'],
      sub: 'system:serviceaccount:shop:web',
      nbf: 1_700_000_000,
      'kubernetes.io': {
        namespace: 'shop',
        node: { name: 'node-1', uid: 'n-1' },
        pod: { name: 'web-0', uid: 'p-1' },
        serviceaccount: { name: 'web', uid: 's-1' },
        warnafter: 1_700_003_600,
      },
    },
    condition: {
      StringEquals: {
        'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE:aud': 'sts.amazonaws.com',
        'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE:sub': 'system:serviceaccount:shop:web',
        'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE:kubernetes.io.namespace': 'shop',
      },
    },
    denied: { sub: 'system:serviceaccount:shop:other' },
  },
  {
    // A token of a Google service account: the custom audience is `aud`, the account's id is `azp`.
    name: 'Google',
    issuer: 'https://accounts.google.com',
    clientIds: ['107806444890271851399'],
    audience: '107806444890271851399',
    claims: {
      aud: 'rolecall.example.com',
      azp: '107806444890271851399',
      sub: '107806444890271851399',
      email: 'deploy@shop.iam.gserviceaccount.com',
      email_verified: true,
      google: { organization_number: 123_456, compute_engine: { zone: 'europe-west1-b', project_id: 'shop' } },
    },
    condition: {
      StringEquals: {
        'accounts.google.com:aud': '107806444890271851399',
        'accounts.google.com:oaud': 'rolecall.example.com',
        'accounts.google.com:sub': '107806444890271851399',
      },
      NumericEquals: { 'accounts.google.com:google/organization_number': '123456' },
      Bool: { 'accounts.google.com:email_verified': 'true' },
    },
    denied: { aud: 'another.example.com' },
  },
  {
    name: 'Microsoft Entra',
    issuer: `https://sts.windows.net/${TENANT}/`,
    clientIds: ['api://rolecall'],
    audience: 'api://rolecall',
    claims: {
      aud: 'api://rolecall',
      sub: 'b2c3',
      oid: 'b2c3',
      tid: TENANT,
      appid: 'a1b2',
      idtyp: 'app',
      roles: ['Deploy.All', 'Read.All'],
      nbf: 1_700_000_000,
      ver: '1.0',
    },
    condition: {
      StringEquals: {
        [`sts.windows.net/${TENANT}/:aud`]: 'api://rolecall',
        [`sts.windows.net/${TENANT}/:oid`]: 'b2c3',
      },
      'ForAnyValue:StringEquals': { [`sts.windows.net/${TENANT}/:roles`]: 'Deploy.All' },
    },
    denied: { roles: ['Read.All'] },
  },
  {
    name: 'Amazon Cognito identity pools',
    issuer: 'https://cognito-identity.amazonaws.com',
    clientIds: ['eu-central-1:12345678-dead-beef-cafe-123456790ab'],
    audience: 'eu-central-1:12345678-dead-beef-cafe-123456790ab',
    claims: {
      aud: 'eu-central-1:12345678-dead-beef-cafe-123456790ab',
      sub: 'eu-central-1:85156295-afa8-482c-8933-1371f8b3b145',
      amr: ['authenticated', 'graph.facebook.com'],
    },
    condition: {
      StringEquals: {
        'cognito-identity.amazonaws.com:aud': 'eu-central-1:12345678-dead-beef-cafe-123456790ab',
      },
      'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
    },
    denied: { amr: ['unauthenticated'] },
  },
  {
    // Okta cannot nest claims, so session tags are flat.
    name: 'Okta',
    issuer: 'https://acme.okta.com/oauth2/default',
    clientIds: ['0oa1b2c3'],
    audience: '0oa1b2c3',
    claims: {
      aud: '0oa1b2c3',
      sub: '00u1b2c3',
      ver: 1,
      amr: ['pwd', 'mfa'],
      auth_time: 1_700_000_000,
      'https://aws.amazon.com/tags/principal_tags/team': 'blue',
      'https://aws.amazon.com/tags/transitive_tag_keys': ['team'],
      'https://aws.amazon.com/source_identity': 'dora@example.com',
    },
    condition: {
      StringEquals: { 'acme.okta.com/oauth2/default:aud': '0oa1b2c3', 'aws:RequestTag/team': 'blue' },
    },
    actions: ['sts:TagSession', 'sts:SetSourceIdentity'],
    denied: { 'https://aws.amazon.com/tags/principal_tags/team': 'red' },
  },
  {
    // Auth0 requires a URL as the name of a custom claim, and its issuer ends in a slash.
    name: 'Auth0',
    issuer: 'https://acme.eu.auth0.com/',
    clientIds: ['spa'],
    audience: 'spa',
    claims: {
      aud: ['https://api.example.com', 'https://acme.eu.auth0.com/userinfo'],
      azp: 'spa',
      sub: 'auth0|dora',
      'https://example.com/groups': ['staff'],
    },
    condition: {
      StringEquals: { 'acme.eu.auth0.com/:aud': 'spa' },
      'ForAnyValue:StringEquals': {
        'acme.eu.auth0.com/:https://example.com/groups': 'staff',
        'acme.eu.auth0.com/:oaud': 'https://api.example.com',
      },
    },
    denied: { 'https://example.com/groups': ['guests'] },
  },
  {
    name: 'HCP Terraform',
    issuer: 'https://app.terraform.io',
    clientIds: ['aws.workload.identity'],
    audience: 'aws.workload.identity',
    claims: {
      aud: 'aws.workload.identity',
      sub: `${TERRAFORM_RUN}:apply`,
      nbf: 1_700_000_000,
      terraform_organization_name: 'acme',
      terraform_run_phase: 'apply',
      terraform_workspace_name: 'shop',
    },
    condition: {
      StringEquals: { 'app.terraform.io:aud': 'aws.workload.identity' },
      StringLike: { 'app.terraform.io:sub': `${TERRAFORM_RUN}:*` },
    },
    denied: { sub: 'organization:other:project:platform:workspace:shop:run_phase:apply' },
  },
  {
    name: 'Buildkite',
    issuer: 'https://agent.buildkite.com',
    clientIds: ['sts.amazonaws.com'],
    audience: 'sts.amazonaws.com',
    claims: {
      aud: 'sts.amazonaws.com',
      sub: 'organization:acme:pipeline:shop:ref:refs/heads/main:commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:build',
      organization_slug: 'acme',
      pipeline_slug: 'shop',
      build_number: 1,
      build_branch: 'main',
      step_key: 'build',
      'https://aws.amazon.com/tags': {
        principal_tags: { organization_id: ['o-1'], pipeline_id: ['p-1'] },
        transitive_tag_keys: ['organization_id', 'pipeline_id'],
      },
    },
    condition: {
      StringLike: { 'agent.buildkite.com:sub': 'organization:acme:pipeline:shop:*' },
      StringEquals: { 'aws:RequestTag/organization_id': 'o-1', 'aws:RequestTag/pipeline_id': 'p-1' },
      NumericLessThan: { 'agent.buildkite.com:build_number': '10' },
    },
    actions: ['sts:TagSession'],
    denied: { build_number: 11 },
  },
];
