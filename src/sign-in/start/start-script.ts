import { createHash } from 'node:crypto';
import { type Html, html, trustedHtml } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';

/**
 * The script of the start page and the credentials page. It filters while somebody types, adds a button to each text that can be copied, and
 * shows times in the browser's time zone. It is allowed by its hash, and the pages work without it.
 */
const SCRIPT = `const said=document.getElementById('said');
const search=document.getElementById('search');
search?.addEventListener('input',()=>{const wanted=search.value.trim().toLowerCase();let found=0;
for(const item of document.querySelectorAll('[data-find]')){item.hidden=!item.dataset.find.includes(wanted);if(!item.hidden)found++}
for(const group of document.querySelectorAll('[data-group]'))group.hidden=!group.querySelector('[data-find]:not([hidden])');
said.textContent=wanted===''?'':found===1?said.dataset.one:said.dataset.many.replace('#',found)});
for(const text of document.querySelectorAll('pre.copy')){const button=document.createElement('button');button.type='button';button.className='second small';button.textContent=said.dataset.copy;button.setAttribute('aria-label',said.dataset.copy+': '+text.getAttribute('aria-label'));
button.onclick=async()=>{let done=true;try{await navigator.clipboard.writeText(text.textContent)}catch{getSelection().selectAllChildren(text);done=document.execCommand('copy')}
button.textContent=done?said.dataset.copied:said.dataset.selected;said.textContent=done?said.dataset.wasCopied:said.dataset.wasSelected};text.before(button)}
for(const time of document.querySelectorAll('time'))time.textContent=new Date(time.dateTime).toLocaleString(document.documentElement.lang==='en'?undefined:document.documentElement.lang,{dateStyle:'medium',timeStyle:'long'});`;

/** The script's source expression for `script-src`. */
export const START_SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

/** Where the script says what it did; read out by screen readers. `unseen`: for them alone. */
export function spokenResult(visible: 'seen' | 'unseen'): Html {
  return html`<p id="said" class="${visible === 'seen' ? 'soft' : 'unseen'}" role="status" data-one="${say('start.foundOne')}" data-many="${say('start.foundMany')}" data-copy="${say('start.copy')}" data-copied="${say('start.copied')}" data-selected="${say('start.selected')}" data-was-copied="${say('start.wasCopied')}" data-was-selected="${say('start.wasSelected')}"></p>`;
}

/** Goes at the end of a page with {@link spokenResult}. */
export const START_SCRIPT: Html = html`<script type="module">${trustedHtml(SCRIPT)}</script>`;
