import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a browser brought to an app. */
export interface Visit {
  readonly method: string;
  /** By the name that the browser used. */
  readonly url: URL;
  /** The parameters of the query or of the posted form. */
  readonly sent: URLSearchParams;
}

/** An app's web server: its callback sends the browser on to what `state` names, as apps do after a sign-in. */
export interface AppServer {
  readonly port: number;
  readonly visits: Visit[];
  close(): Promise<void>;
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function listener(scheme: 'http' | 'https', visits: Visit[]): RequestListener {
  return (request, response) => {
    void read(request).then((body) => {
      const url = new URL(`${scheme}://${request.headers.host}${request.url}`);
      const sent = request.method === 'POST' ? new URLSearchParams(body) : url.searchParams;
      if (url.pathname !== '/favicon.ico') visits.push({ method: request.method ?? '', url, sent });
      const onward = sent.get('state') ?? '';
      if (URL.canParse(onward)) {
        response.writeHead(302, { Location: onward }).end();
        return;
      }
      const open = url.searchParams.get('open');
      const frame = url.searchParams.get('frame');
      response.setHeader('Content-Type', 'text/html');
      if (open !== null) {
        response.end(`<button onclick="window.open(${JSON.stringify(open).replaceAll('"', '&quot;')}, 'sign-in')">Sign in</button>
<script>addEventListener('message', (event) => { document.title = 'heard ' + event.data })</script>`);
      } else if (frame !== null) {
        response.end(`<iframe src="${frame.replaceAll('&', '&amp;')}"></iframe>`);
      } else {
        response.end(`<h1>the app</h1><script>if (opener) opener.postMessage(location.search, '*')</script>`);
      }
    });
  };
}

async function listen(server: Server, visits: Visit[]): Promise<AppServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    visits,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function openApp(): Promise<AppServer> {
  const visits: Visit[] = [];
  return listen(createServer(listener('http', visits)), visits);
}

/** The same over https, with a certificate that nobody has signed. */
export function openSecureApp(): Promise<AppServer> {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-app-'));
  try {
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    execFileSync(
      'openssl',
      ['req', '-x509', ...curve, '-nodes', '-days', '2', '-subj', '/CN=app.test', '-keyout', key, '-out', cert],
      { stdio: 'ignore' },
    );
    const visits: Visit[] = [];
    const identity = { key: readFileSync(key), cert: readFileSync(cert) };
    return listen(createSecureServer(identity, listener('https', visits)), visits);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
