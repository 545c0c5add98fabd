import { type Html, html } from '../../http/html.ts';
import { errorSummary } from '../../http/page.ts';
import { newPasswordFields, SHOW_PASSWORDS } from '../../http/password-field.ts';
import { cancelForm, type FormTarget, stepForm } from './step-form.ts';

export interface ChangePasswordPage {
  readonly target: FormTarget;
  /** For password managers, which store the new password under this name. */
  readonly userName: string;
  /** In characters. */
  readonly shortest: number;
  readonly reason: keyof typeof REASONS;
  readonly error?: string | undefined;
}

/** Why the old password must be replaced. */
const REASONS = {
  expired: 'Your password has expired: choose another one to continue.',
  reset: 'Your password was set by an administrator: choose your own to continue.',
};

/** Asks for a new password, because an administrator set the old one or it has expired. */
export function changePasswordPage({ target, userName, shortest, reason, error }: ChangePasswordPage): Html {
  const invalid = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>Choose a new password</h1>
<p>${REASONS[reason]} A few unrelated words make a good password.</p>
${errorSummary(error)}
${stepForm(
  'change-password',
  target,
  html`<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" readonly value="${userName}">
${newPasswordFields(shortest, invalid)}
<button type="submit">Change password</button>`,
)}
${cancelForm(target)}
${SHOW_PASSWORDS}`;
}
