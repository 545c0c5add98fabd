import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { newPasswordFields, type PasswordRules, SHOW_PASSWORDS } from '../../http/password-field.ts';
import { cancelForm, type FormTarget, stepForm } from './step-form.ts';

export interface ChangePasswordPage {
  readonly target: FormTarget;
  /** For password managers, which store the new password under this name. */
  readonly userName: string;
  readonly rules: PasswordRules;
  readonly reason: keyof typeof REASONS;
  readonly error?: string | Text | undefined;
}

/** Why the old password must be replaced. */
const REASONS = {
  expired: say('signIn.passwordExpired'),
  reset: say('signIn.passwordReset'),
};

/** Asks for a new password, because an administrator set the old one or it has expired. */
export function changePasswordPage({ target, userName, rules, reason, error }: ChangePasswordPage): Html {
  const invalid = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>${say('signIn.chooseNewPassword')}</h1>
<p>${REASONS[reason]} ${say('signIn.goodPassword')}</p>
${errorSummary(error)}
${stepForm(
  'change-password',
  target,
  html`<label for="username">${say('signIn.userName')}</label>
<input id="username" name="username" autocomplete="username" readonly value="${userName}">
${newPasswordFields(rules, invalid)}
<button type="submit">${say('signIn.changePassword')}</button>`,
)}
${cancelForm(target)}
${SHOW_PASSWORDS}`;
}
