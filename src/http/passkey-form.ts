import { createHash } from 'node:crypto';
import { type Html, type HtmlValue, html, trustedHtml } from './html.ts';
import { say } from './messages/say.ts';

/**
 * The script of pages with a passkey form. Browsers offer passkeys to scripts only. It shows the form if the browser has passkeys, runs the
 * ceremony when the form is sent, and posts the answer. With `data-autofill`, it also lets the browser offer passkeys in the name field,
 * which asks nobody anything. One ceremony runs at a time. Bytes are converted here, because some extensions replace the credential.
 *
 * It also passes on {@link passkeySignals}, where the browser takes them.
 */
const SCRIPT = `const form=document.querySelector('form[data-passkey]');
const bytes=(text)=>Uint8Array.from(atob(text.replace(/-/g,'+').replace(/_/g,'/')),(each)=>each.charCodeAt(0));
const text=(data)=>btoa(String.fromCharCode(...new Uint8Array(data))).replace(/\\+/g,'-').replace(/\\//g,'_').replace(/=+$/,'');
if(form&&window.PublicKeyCredential){const {passkey,ceremony,autofill,failed,known}=form.dataset;
const options=JSON.parse(passkey);
const ids=(list)=>list?.map((each)=>({...each,id:bytes(each.id)}));
const publicKey={...options,challenge:bytes(options.challenge)};
for(const list of ['allowCredentials','excludeCredentials'])if(options[list])publicKey[list]=ids(options[list]);
if(options.user)publicKey.user={...options.user,id:bytes(options.user.id)};
const said=form.querySelector('[role=status]');
const post=(made)=>{const {id,rawId,type,response:given}=made;const response={},results={};
try{const rk=made.getClientExtensionResults?.().credProps?.rk;if(typeof rk==='boolean')results.credProps={rk}}catch{}
for(const name of ['clientDataJSON','attestationObject','authenticatorData','signature','userHandle'])if(given[name])response[name]=text(given[name]);
if(given.getTransports)response.transports=given.getTransports();
form.elements.credential.value=JSON.stringify({id,rawId:text(rawId),type,response,clientExtensionResults:results});form.submit()};
let running;
const run=async(mediation)=>{running?.abort();const own=running=new AbortController();
const request={publicKey,signal:own.signal,...(mediation&&{mediation})};
try{const answer=await navigator.credentials[ceremony](request);if(answer&&running===own)post(answer)}
catch(error){if(running===own&&!mediation)said.textContent=error.name==='InvalidStateError'?known:failed}};
form.hidden=false;for(const each of document.querySelectorAll('[data-without-passkey]'))each.hidden=true;
form.addEventListener('submit',(event)=>{event.preventDefault();said.textContent='';run()});
if(autofill&&await PublicKeyCredential.isConditionalMediationAvailable?.()&&!running)run('conditional')}
const signals=document.querySelector('[data-passkeys]')?.dataset.passkeys??'[]';
const told=window.PublicKeyCredential;
for(const {rpId,userId,ids,name,displayName} of JSON.parse(signals)){
told?.signalAllAcceptedCredentials?.({rpId,userId,allAcceptedCredentialIds:ids}).catch(()=>{});
told?.signalCurrentUserDetails?.({rpId,userId,name,displayName}).catch(()=>{})}`;

/** The script's source expression for `script-src`. */
export const PASSKEY_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

/** Goes once on each page with a passkey form, after it. */
export const PASSKEY_SCRIPT: Html = html`<script type="module">${trustedHtml(SCRIPT)}</script>`;

export interface PasskeyForm {
  readonly action: string;
  readonly ceremony: 'create' | 'get';
  /** The options of the ceremony, bytes as base64url. */
  readonly options: object;
  readonly token: string;
  /** Whether the browser may offer passkeys in the name field. */
  readonly autofill?: boolean;
  readonly hidden: Readonly<Record<string, string>>;
}

/** A form that is posted with an authenticator's answer. It is shown only by browsers that have passkeys, and run scripts. */
export function passkeyForm(
  { action, ceremony, options, token, autofill, hidden }: PasskeyForm,
  content: HtmlValue,
): Html {
  const fields = Object.entries({ ...hidden, token, credential: '' });
  return html`<form method="post" action="${action}" hidden data-passkey="${JSON.stringify(options)}" data-ceremony="${ceremony}" data-failed="${say('frame.passkeyFailed')}" data-known="${say('frame.passkeyKnown')}"${autofill === true && html` data-autofill="true"`}>
${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${content}
<p role="status" class="soft"></p></form>`;
}

/** What is true of one person's passkeys (WebAuthn Level 3 §5.1.10). Ids as base64url. */
export interface PasskeySignal {
  readonly rpId: string;
  /** The user handle. */
  readonly userId: string;
  /** All that are accepted. A browser hides or removes others that it has for this user handle. */
  readonly ids: readonly string[];
  readonly name: string;
  readonly displayName: string;
}

/** Tells the browser which passkeys are accepted, so that it no longer offers removed ones, and how they are named now. Shows nothing. */
export function passkeySignals(signals: readonly PasskeySignal[]): Html {
  return html`<div hidden data-passkeys="${JSON.stringify(signals)}"></div>${PASSKEY_SCRIPT}`;
}
