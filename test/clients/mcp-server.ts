import type { AddressInfo } from 'node:net';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { OAuthMetadata } from '@modelcontextprotocol/sdk/shared/auth.js';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** An MCP server made with the official SDK, whose authorization server is ours. */
export interface ProtectedMcpServer {
  readonly url: URL;
  /** Serves requests whose tokens are of this authorization server from now on. Its metadata exist only once it runs. */
  trust(issuer: string): Promise<void>;
  close(): Promise<void>;
}

/** Its one tool, `whoami`, answers the subject and the client of the access token. */
export async function openMcpServer(): Promise<ProtectedMcpServer> {
  const app = createMcpExpressApp();
  const listening = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const url = new URL(`http://localhost:${(listening.address() as AddressInfo).port}/mcp`);
  return {
    url,
    async trust(issuer) {
      const well = new URL(issuer);
      const metadata = await fetch(new URL(`/.well-known/oauth-authorization-server${well.pathname}`, well));
      const oauthMetadata = (await metadata.json()) as OAuthMetadata;
      const keys = createRemoteJWKSet(new URL(String(oauthMetadata['jwks_uri'])));
      const scopesSupported = ['tools', 'offline_access'];
      app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl: url, scopesSupported }));
      const verifyAccessToken = async (token: string) => {
        const { payload } = await jwtVerify(token, keys, { issuer, audience: url.href, typ: 'at+jwt' });
        const { sub, client_id, scope, exp = 0 } = payload as typeof payload & { client_id: string; scope: string };
        return { token, clientId: client_id, scopes: scope.split(' '), expiresAt: exp, resource: url, extra: { sub } };
      };
      const bearer = requireBearerAuth({
        verifier: {
          verifyAccessToken: (token) =>
            verifyAccessToken(token).catch((cause) => {
              throw new InvalidTokenError(String(cause));
            }),
        },
        resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(url),
        expectedResource: url,
      });
      app.all('/mcp', bearer, async (request, response) => {
        const server = new McpServer({ name: 'desk', version: '1.0.0' });
        server.registerTool('whoami', { description: 'Who calls' }, ({ authInfo }) => ({
          content: [{ type: 'text', text: JSON.stringify({ ...authInfo?.extra, client: authInfo?.clientId }) }],
        }));
        const transport = new StreamableHTTPServerTransport({});
        response.on('close', () => void transport.close());
        await server.connect(transport as never);
        await transport.handleRequest(request, response, request.body);
      });
    },
    async close() {
      listening.closeAllConnections();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
}
