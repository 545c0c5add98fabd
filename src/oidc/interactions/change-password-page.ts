import { type Html, html } from '../../http/html.ts';
import { errorSummary } from '../../http/page.ts';
import { cancelForm, type FormTarget, stepForm } from './interaction-form.ts';

export interface ChangePasswordPage {
  readonly target: FormTarget;
  /** For password managers, which keep the new password under it. */
  readonly userName: string;
  /** Characters. */
  readonly shortest: number;
  readonly error?: string | undefined;
}

/** A new password, where the old one was given by an administrator or has expired. */
export function changePasswordPage({ target, userName, shortest, error }: ChangePasswordPage): Html {
  const invalid = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>Choose a new password</h1>
<p>Before you go on, you have to change your password. A few unrelated words make a good one.</p>
${errorSummary(error)}
${stepForm(
  'change-password',
  target,
  html`<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" readonly value="${userName}">
<label for="new-password">New password<span class="hint">At least ${shortest} characters</span></label>
<input id="new-password" name="newPassword" type="password" autocomplete="new-password" required${invalid}>
<label for="repeated">Repeat the new password</label>
<input id="repeated" name="repeated" type="password" autocomplete="new-password" required${invalid}>
<button type="submit">Change password</button>`,
)}
${cancelForm(target)}`;
}
