// An app that logs people in with Rolecall and, with ROLE_ARN set, turns their login into temporary credentials.
// It knows nothing but the issuer and its own client id.
import { createServer } from 'node:http';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as oidc from 'openid-client';

const server = process.env.ROLECALL_URL ?? 'http://localhost:8080';
const home = 'http://127.0.0.1:9000';
const config = await oidc.discovery(new URL(`${server}/oidc`), 'example-app', undefined, oidc.None(), {
  execute: [oidc.allowInsecureRequests], // plain http: on your own machine only
});
const begun = new Map(); // state → code verifier; a real app keeps it in the browser's session

async function login(response) {
  const [verifier, state] = [oidc.randomPKCECodeVerifier(), oidc.randomState()];
  begun.set(state, verifier);
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: `${home}/callback`,
    scope: 'openid profile',
    state,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  response.writeHead(303, { Location: url.href }).end();
}

async function callback(url, response) {
  const state = url.searchParams.get('state');
  const pkceCodeVerifier = begun.get(state);
  begun.delete(state);
  const tokens = await oidc.authorizationCodeGrant(config, url, { pkceCodeVerifier, expectedState: state });
  const answer = { claims: tokens.claims() };
  if (process.env.ROLE_ARN) {
    const sts = new STSClient({ endpoint: server, region: 'us-east-1' });
    const { AssumedRoleUser, Credentials } = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: process.env.ROLE_ARN,
        RoleSessionName: 'example-app',
        WebIdentityToken: tokens.id_token,
      }),
    );
    answer.session = { arn: AssumedRoleUser.Arn, expires: Credentials.Expiration };
  }
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer, null, 2));
}

createServer(async (request, response) => {
  const url = new URL(request.url, home);
  try {
    if (url.pathname === '/') await login(response);
    else if (url.pathname === '/callback') await callback(url, response);
    else response.writeHead(404).end();
  } catch (error) {
    response.writeHead(400).end(`${error.name}: ${error.message}\n`);
  }
}).listen(9000, '127.0.0.1', () => process.stdout.write(`open ${home} in a browser\n`));
