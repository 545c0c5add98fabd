import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const LIBRARY = join(require.resolve('oidc-client-ts'), '../../browser/oidc-client-ts.min.js');

/** What a page of the app can do: `oidc-client-ts` with settings that a test chooses. */
const PAGE = `<!doctype html><title>the app</title><script src="/oidc-client-ts.min.js"></script><script>
function managerWith(settings) {
  return new oidc.UserManager({
    redirect_uri: location.origin + '/callback',
    popup_redirect_uri: location.origin + '/back',
    silent_redirect_uri: location.origin + '/back',
    post_logout_redirect_uri: location.origin + '/',
    userStore: new oidc.WebStorageStateStore({ store: localStorage }),
    silentRequestTimeoutInSeconds: 60,
    ...settings,
  });
}
</script>`;
/** The page in a hidden frame or a pop-up, which hands the answer to the one that opened it. */
const BACK = `<!doctype html><script src="/oidc-client-ts.min.js"></script><script>
new oidc.UserManager({ authority: 'x', client_id: 'x', redirect_uri: 'x' })[opener ? 'signinPopupCallback' : 'signinSilentCallback']();
</script>`;

/** A single-page app without a server of its own: static files, by `localhost` and by `127.0.0.1`, which are different sites. */
export async function openSinglePageApp() {
  const library = readFileSync(LIBRARY);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    if (path === '/oidc-client-ts.min.js') response.setHeader('content-type', 'text/javascript').end(library);
    else response.setHeader('content-type', 'text/html').end(path === '/back' ? BACK : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    sameSite: `http://localhost:${port}`,
    otherSite: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
