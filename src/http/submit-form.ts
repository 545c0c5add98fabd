import { createHash } from 'node:crypto';
import { type Html, html, trustedHtml } from './html.ts';

/** Submits the form before it. The page's address is replaced in the history, so that the back button does not submit it again. */
const SCRIPT = 'document.forms[0].submit()';

/** The script's source expression for `script-src`. Only pages that submit themselves may allow it. */
export const SUBMIT_FORM_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

/** Goes after the only form of a page. The form needs a button, for browsers without scripts. */
export const SUBMIT_FORM: Html = html`<script type="module">${trustedHtml(SCRIPT)}</script>`;
