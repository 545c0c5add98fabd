import { type Html, html } from '../../http/html.ts';
import type { Factor } from '../../identity/credentials/credential-holder.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { RECOVERY_CODES } from '../../identity/factors/recovery-codes.ts';
import { dayOf, KIND_NAMES, minuteOf, nameOfFactor } from '../account-page/factor-names.ts';
import { ACCOUNT_PATH } from '../own-client.ts';
import { factorForm } from './factor-form.ts';

export interface FactorsPage {
  readonly csrf: string;
  readonly person: Person;
  readonly mayAdd: boolean;
  readonly mayRemove: boolean;
  readonly notice?: string | undefined;
  /** The host name for which passkeys can be added, if there is one. */
  readonly rpId: string | undefined;
}

/** Shows a person's second factors and recovery codes, with what they may do about them. */
export function factorsPage({ csrf, person, mayAdd, mayRemove, notice, rpId }: FactorsPage): Html {
  const { factors } = person;
  return html`<h1>Second factors</h1>
${notice !== undefined && html`<p role="status"><strong>${notice}</strong></p>`}
<p>With a second factor, a stolen password alone is of no use. Adding or removing one signs you out everywhere else.</p>
${
  factors.length === 0
    ? html`<p class="soft">You have none.</p>`
    : html`<ul class="plain">${factors.map((factor) => factorEntry(csrf, factor, { mayRemove, rpId }))}</ul>`
}
${
  mayAdd
    ? html`${
        rpId !== undefined &&
        factorForm(
          { csrf, act: 'add-passkey' },
          html`<button type="submit" class="second">Add a passkey or security key</button>`,
        )
      }
${factorForm({ csrf, act: 'add-app' }, html`<button type="submit" class="second">Add an authenticator app</button>`)}`
    : html`<p class="soft">Your account does not let you add a factor here. Ask your administrator.</p>`
}
${factors.length > 0 && recoverySection(csrf, person)}
<p><a class="button second" href="${ACCOUNT_PATH}">Your account</a></p>`;
}

function factorEntry(csrf: string, factor: Factor, { mayRemove, rpId }: Pick<FactorsPage, 'mayRemove' | 'rpId'>): Html {
  const { kind, serialNumber, enabledAt, lastUsedAt } = factor;
  const name = nameOfFactor(factor);
  const id = `name-${serialNumber}`;
  return html`<li><div class="row"><strong>${name}</strong>${
    mayRemove &&
    factorForm(
      { csrf, act: 'remove', serialNumber },
      html`<button type="submit" class="second small" aria-label="Remove ${name}">Remove</button>`,
    )
  }</div>
<span class="soft">${KIND_NAMES[kind]}, since ${dayOf(enabledAt)}${lastUsedAt !== undefined && `, last used ${minuteOf(lastUsedAt)}`}${
    factor.kind === 'passkey' && factor.rpId !== rpId && `. Works at ${factor.rpId} only`
  }</span>
<details><summary aria-label="Rename ${name}">Rename</summary>
${factorForm(
  { csrf, act: 'rename', serialNumber },
  html`<label for="${id}">New name</label>
<div class="beside"><input id="${id}" name="label" value="${name}" maxlength="64" required><button type="submit" class="second small">Save</button></div>`,
)}</details></li>`;
}

function recoverySection(csrf: string, { recoveryCodes }: Person): Html {
  const left = recoveryCodes?.sealedHashes.length ?? 0;
  return html`<h2 id="recovery-codes">Recovery codes</h2>
<p>If you lose your other factors, sign in with a recovery code. Each works once.</p>
${
  recoveryCodes === undefined
    ? html`<p class="soft">You have none.</p>`
    : html`<p class="soft">${left} of ${RECOVERY_CODES} left, since ${dayOf(recoveryCodes.createdAt)}${
        recoveryCodes.lastUsedAt !== undefined && `, last used ${minuteOf(recoveryCodes.lastUsedAt)}`
      }</p>`
}
${factorForm(
  { csrf, act: 'make-codes' },
  html`<button type="submit" class="second">${recoveryCodes === undefined ? 'Create recovery codes' : 'Replace the recovery codes'}</button>`,
)}`;
}
