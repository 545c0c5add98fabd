import { type Form, type FormField, readForms, textOf } from './html-forms.ts';

/**
 * Simulates a person using a browser, as far as the pages can tell: follows redirects, keeps cookies, reads labels, fills in forms
 * and presses buttons. Scripts are not run; the pages must work without them.
 */
export interface Person {
  /** Opens an address and follows redirects on the server's own origin. `elsewhere` replaces the additional headers from now on. */
  open(url: string, elsewhere?: Readonly<Record<string, string>>): Promise<Seen>;
}

/** What the person sees: a page of the server, or a redirect that leaves it (to an app). */
export type Seen = PageSeen | LeftPage;

export interface LeftPage {
  readonly kind: 'left';
  /** Where the server redirected to: an app's redirect URI with its parameters. */
  readonly url: URL;
}

export interface PageSeen {
  readonly kind: 'page';
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** The first heading. */
  readonly heading: string;
  /** The whole text, with whitespace collapsed. */
  readonly text: string;
  /** The labels of all fillable fields, and the buttons, of all forms but the one that chooses a language, which is on every page. */
  readonly labels: readonly string[];
  readonly buttons: readonly string[];
  /**
   * Fills in the fields whose labels contain the given words (ignoring case), or hidden fields of that name, and presses the button whose
   * text contains `button`. A name and a password for `sign in` are filled in at once, as by a password manager.
   * Throws if the page has no such field or button.
   */
  submit(button: string, fields?: Readonly<Record<string, string>>): Promise<Seen>;
  /** Follows the link whose text contains `link`. Throws if the page has none. */
  follow(link: string): Promise<Seen>;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

const MAX_REDIRECTS = 20;

/** A person with a fresh browser. `more` contains headers added to each request, like those a proxy adds. */
export function newPerson(origin: string, more: Readonly<Record<string, string>> = {}): Person {
  const cookies = new Map<string, Cookie>();
  let added = more;

  const navigate = async (start: URL, init: RequestInit): Promise<Seen> => {
    let [url, request] = [start, init];
    for (let hop = 0; hop < MAX_REDIRECTS; hop++) {
      if (url.origin !== origin) return { kind: 'left', url };
      const cookie = cookieHeader(cookies, url);
      const headers = {
        accept: 'text/html',
        'user-agent': 'Mozilla/5.0 (a person)',
        ...added,
        ...request.headers,
        cookie,
      };
      const answer = await fetch(url, { ...request, headers, redirect: 'manual' });
      for (const line of answer.headers.getSetCookie()) keepCookie(cookies, url, line);
      const location = answer.headers.get('location');
      if (location === null) return await page(url, answer);
      if (answer.status === 307 || answer.status === 308) throw new Error(`${url}: redirects with ${answer.status}`);
      await answer.body?.cancel();
      url = new URL(location, url);
      request = {};
    }
    throw new Error(`${start}: more than ${MAX_REDIRECTS} redirects`);
  };

  const page = async (url: URL, answer: Response): Promise<PageSeen> => {
    const html = await answer.text();
    const forms = readForms(html);
    return {
      kind: 'page',
      url,
      status: answer.status,
      headers: answer.headers,
      html,
      heading: textOf(/<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? ''),
      text: textOf(html.replace(/<(style|script|title)[^>]*>.*?<\/\1>/gs, ' ')),
      labels: forms.flatMap((form) => form.fields.flatMap(({ label }) => (label === undefined ? [] : [label]))),
      buttons: forms
        .filter(({ action }) => action !== '/language')
        .flatMap((form) => form.buttons.map(({ text }) => text)),
      follow: async (link) => {
        const links = [...html.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs)];
        const href = links.find(([, , text = '']) => textOf(text).toLowerCase().includes(link.toLowerCase()))?.[1];
        if (href === undefined) throw new Error(`no link «${link}» on ${url.pathname}`);
        return await navigate(new URL(textOf(href), url), {});
      },
      submit: async (button, fields = {}) => {
        const { form, values } = fillIn(forms, button, fields, `${url.pathname} («${textOf(html).slice(0, 200)}…»)`);
        const target = new URL(form.action ?? '', url);
        if (form.method === 'get') {
          target.search = values.toString();
          return await navigate(target, {});
        }
        const headers = { 'content-type': 'application/x-www-form-urlencoded', origin, referer: url.href };
        return await navigate(target, { method: 'POST', headers, body: values.toString() });
      },
    };
  };

  return {
    open(url, elsewhere = added) {
      added = elsewhere;
      return navigate(new URL(url), {});
    },
  };
}

function fillIn(
  forms: readonly Form[],
  button: string,
  fields: Readonly<Record<string, string>>,
  where: string,
): { form: Form; values: URLSearchParams } {
  const holds = (text: string | undefined, word: string): boolean =>
    text?.toLowerCase().includes(word.toLowerCase()) ?? false;
  const presses = (word: string) => (candidate: Form) => candidate.buttons.some(({ text }) => holds(text, word));
  const asked = forms.find(presses(button));
  // Name and password at once, as password managers fill them in: the first page of a sign-in takes both.
  const isBoth = asked === undefined && button.toLowerCase() === 'sign in' && 'password' in fields;
  const word = isBoth ? 'continue' : button;
  const form = isBoth ? forms.find(presses(word)) : asked;
  const pressed = form?.buttons.find(({ text }) => holds(text, word));
  if (form === undefined || pressed === undefined) throw new Error(`no button «${button}» on ${where}`);

  const values = new URLSearchParams();
  const filled = new Map<FormField, string>();
  for (const [label, value] of Object.entries(fields)) {
    const field =
      form.fields.find((candidate) => holds(candidate.label, label) && !filled.has(candidate)) ??
      form.fields.find(({ type, name }) => type === 'hidden' && name === label);
    if (field === undefined) throw new Error(`no field «${label}» beside the button «${button}» on ${where}`);
    filled.set(field, value);
  }
  for (const field of form.fields) {
    if (field.type === 'checkbox' || field.type === 'radio') {
      if (field.isChecked || filled.has(field)) values.append(field.name, field.value || 'on');
    } else {
      values.append(field.name, filled.get(field) ?? field.value);
    }
  }
  if (pressed.name !== undefined) values.append(pressed.name, pressed.value);
  return { form: { ...form, action: pressed.formAction ?? form.action }, values };
}

function cookieHeader(cookies: ReadonlyMap<string, Cookie>, url: URL): string {
  return [...cookies.values()]
    .filter(({ path }) => url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
    .sort((a, b) => b.path.length - a.path.length)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
}

/** Stores or removes a cookie. Ignores `Secure`, because browsers treat `http://localhost` as trustworthy. */
function keepCookie(cookies: Map<string, Cookie>, url: URL, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const cut = pair.indexOf('=');
  const [name, value] = [pair.slice(0, cut), pair.slice(cut + 1)];
  const attribute = (wanted: string): string | undefined =>
    attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
  const path = attribute('path') ?? (url.pathname.replace(/\/[^/]*$/, '') || '/');
  const expires = attribute('expires');
  const isOver = attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now());
  const key = `${name} ${path}`;
  if (isOver || value === '') cookies.delete(key);
  else cookies.set(key, { name, value, path });
}
