import { type Html, html } from '../../http/html.ts';
import { minuteOf } from '../../http/messages/dates.ts';
import { say } from '../../http/messages/say.ts';
import { type CredentialText, credentialTexts } from './credential-texts.ts';
import { type PagePaths, pageLinks } from './page-links.ts';
import { START_SCRIPT, spokenResult } from './start-script.ts';
import type { RoleCredentials } from './start-sources.ts';

export interface CredentialsPage {
  readonly roleArn: string;
  readonly credentials: RoleCredentials;
  readonly endpoint: string;
  readonly paths: PagePaths;
}

/** Temporary credentials of a role, ready to paste. */
export function credentialsPage({ roleArn, credentials, endpoint, paths }: CredentialsPage): Html {
  const { role, accountId } = partsOf(roleArn);
  const [first, ...others] = credentialTexts({ credentials, endpoint, profile: `${role}-${accountId}` });
  const until = credentials.expiration.toISOString();
  return html`${pageLinks(paths)}
<h1>${say('start.credentialsOf', { role })}</h1>
<p class="soft">${roleArn}</p>
<p>${say('start.validUntil', { time: html`<time datetime="${until}">${minuteOf(credentials.expiration.getTime())}</time>` })}</p>
${first !== undefined && pasted(first, true)}
${others.map((each) => pasted(each, false))}
<p class="soft">${say('start.endpointHint', { sts: html`<code>AWS_ENDPOINT_URL_STS</code>`, iam: html`<code>AWS_ENDPOINT_URL_IAM</code>` })}</p>
${spokenResult('unseen')}
${START_SCRIPT}`;
}

function pasted({ name, hint, text }: CredentialText, isOpen: boolean): Html {
  return html`<details${isOpen && html` open`}><summary>${name}</summary>
${hint !== undefined && html`<p class="soft">${hint}</p>`}
<pre class="copy" tabindex="0" role="region" aria-label="${name}">${text}</pre></details>`;
}

function partsOf(roleArn: string): { readonly role: string; readonly accountId: string } {
  return { role: roleArn.slice(roleArn.lastIndexOf('/') + 1), accountId: roleArn.split(':')[4] ?? '' };
}
