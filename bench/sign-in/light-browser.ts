import { Agent, type IncomingMessage, request } from 'node:http';

/**
 * As much of a browser as a storm needs: keeps cookies, follows redirects and reads hidden fields. It takes a tenth of the CPU time of
 * `harness/person.ts`, so that a thousand of them on the server's own cores leave it something to do.
 */
export interface LightBrowser {
  get(path: string): Promise<LightPage>;
  /** Posts the hidden fields of the form of a step of the sign-in, and these. */
  submit(page: LightPage, step: string, fields: Readonly<Record<string, string>>): Promise<LightPage>;
  /** Keeps the device's cookies alone, as a browser does whose session has ended. */
  forgetSession(): void;
}

export interface LightPage {
  readonly path: string;
  readonly status: number;
  readonly html: string;
  /** The first heading. */
  readonly heading: string;
}

const MAX_REDIRECTS = 10;
const KEPT: ReadonlySet<string> = new Set(['rolecall-device', 'rolecall-known']);
/** One for all browsers: a proxy, which the server sees, keeps its connections open as well. */
const agent = new Agent({ keepAlive: true });

/** @param address where the browser seems to be. */
export function lightBrowser(origin: string, address: string): LightBrowser {
  const { hostname, port } = new URL(origin);
  const cookies = new Map<string, string>();
  const headers = { accept: 'text/html', 'user-agent': 'Mozilla/5.0 (a storm)', 'x-forwarded-for': address };

  const send = (path: string, body?: string): Promise<readonly [IncomingMessage, string]> =>
    new Promise((resolve, reject) => {
      const cookie = [...cookies.values()].join('; ');
      const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body?.length ?? 0, origin };
      const method = body === undefined ? 'GET' : 'POST';
      const all = { ...headers, ...(cookie !== '' && { cookie }), ...(body !== undefined && form) };
      const sent = request({ hostname, port, path, method, headers: all, agent }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve([answer, text])).on('error', reject);
      });
      sent.on('error', reject).end(body);
    });

  async function navigate(start: string, form?: string): Promise<LightPage> {
    let [path, body] = [start, form];
    for (let hop = 0; hop < MAX_REDIRECTS; hop++) {
      const [{ statusCode: status = 0, headers: answered }, html] = await send(path, body);
      for (const line of answered['set-cookie'] ?? []) keep(cookies, line);
      const { location } = answered;
      if (location === undefined) return { path, status, html, heading: /<h1[^>]*>(.*?)</s.exec(html)?.[1] ?? '' };
      const url = new URL(location, origin);
      if (url.origin !== origin) throw new Error(`left to ${url.origin}`);
      path = url.pathname + url.search;
      body = undefined;
    }
    throw new Error(`${start}: more than ${MAX_REDIRECTS} redirects`);
  }

  return {
    get: (path) => navigate(path),
    submit: (page, step, fields) =>
      navigate(page.path, new URLSearchParams({ ...hiddenFields(page, step), ...fields }).toString()),
    forgetSession() {
      for (const name of cookies.keys()) if (!KEPT.has(name)) cookies.delete(name);
    },
  };
}

function hiddenFields({ html, path }: LightPage, step: string): Record<string, string> {
  const start = html.indexOf(`name="step" value="${step}"`);
  if (start === -1) throw new Error(`no form of the step ${step} on ${path}`);
  const form = html.slice(start, html.indexOf('</form>', start));
  const fields = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return { step, ...Object.fromEntries(fields.map(([, name, value]) => [name, value])) };
}

/** Paths are ignored: no two cookies of a sign-in have the same name and matter at the same time. */
function keep(cookies: Map<string, string>, line: string): void {
  const pair = line.slice(0, line.indexOf(';'));
  const name = pair.slice(0, pair.indexOf('='));
  if (pair.endsWith('=')) cookies.delete(name);
  else cookies.set(name, pair);
}
