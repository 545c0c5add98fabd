import { type Html, html, type Text } from '../../http/html.ts';
import { dayOf, minuteOf } from '../../http/messages/dates.ts';
import { say } from '../../http/messages/say.ts';
import { type PasskeySignal, passkeySignals } from '../../http/passkey-form.ts';
import type { Factor, PasskeyFactor } from '../../identity/credentials/credential-holder.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { RECOVERY_CODES } from '../../identity/factors/recovery-codes.ts';
import { namesInPasskeys, passkeysOf } from '../../identity/passkeys/passkeys-of.ts';
import { KIND_NAMES, nameOfFactor } from '../account-page/factor-names.ts';
import { ACCOUNT_PATH } from '../own-client.ts';
import { factorForm } from './factor-form.ts';

export interface FactorsPage {
  readonly csrf: string;
  readonly person: Person;
  readonly mayAdd: boolean;
  readonly mayRemove: boolean;
  readonly notice?: Text | undefined;
  readonly banner: Html | undefined;
  /** The host name for which passkeys can be added, if there is one. */
  readonly rpId: string | undefined;
  /** The passkey that was removed just now. */
  readonly removed?: PasskeyFactor | undefined;
}

/** Shows a person's second factors and recovery codes, with what they may do about them. */
export function factorsPage(page: FactorsPage): Html {
  const { csrf, person, mayAdd, mayRemove, notice, banner, rpId } = page;
  const { factors } = person;
  return html`<h1>${say('factors.title')}</h1>
${notice !== undefined && html`<p role="status"><strong>${notice}</strong></p>`}
${banner}
<p>${say('factors.explained')}</p>
${
  factors.length === 0
    ? html`<p class="soft">${say('factors.none')}</p>`
    : html`<ul class="plain">${factors.map((factor) => factorEntry(csrf, factor, { mayRemove, rpId }))}</ul>`
}
${
  mayAdd
    ? html`${
        rpId !== undefined &&
        factorForm(
          { csrf, act: 'add-passkey' },
          html`<button type="submit" class="second">${say('factors.addPasskey')}</button>`,
        )
      }
${factorForm({ csrf, act: 'add-app' }, html`<button type="submit" class="second">${say('factors.addApp')}</button>`)}`
    : html`<p class="soft">${say('factors.mayNotAdd')}</p>`
}
${factors.length > 0 && recoverySection(csrf, person)}
<p><a class="button second" href="${ACCOUNT_PATH}">${say('frame.yourAccount')}</a></p>
${passkeySignals(signalsOf(page))}`;
}

/**
 * What the browser is told of the passkeys of this site, for each of the person's user handles. A handle without passkeys is only told of
 * after its last one was removed here: an empty list makes browsers forget them all.
 */
function signalsOf({ person, rpId, removed }: FactorsPage): readonly PasskeySignal[] {
  if (rpId === undefined) return [];
  const passkeys = passkeysOf(person, rpId);
  const told = removed?.rpId === rpId ? [...passkeys, removed] : passkeys;
  return [...new Set(told.map(({ userHandle }) => userHandle))].map((userId) => ({
    ...{ rpId, userId, ...namesInPasskeys(person) },
    ids: passkeys.filter(({ userHandle }) => userHandle === userId).map(({ credentialId }) => credentialId),
  }));
}

function factorEntry(csrf: string, factor: Factor, { mayRemove, rpId }: Pick<FactorsPage, 'mayRemove' | 'rpId'>): Html {
  const { kind, serialNumber, enabledAt, lastUsedAt } = factor;
  const name = nameOfFactor(factor);
  const id = `name-${serialNumber}`;
  return html`<li><div class="row"><strong>${name}</strong>${
    mayRemove &&
    factorForm(
      { csrf, act: 'remove', serialNumber },
      html`<button type="submit" class="second small" aria-label="${say('factors.removeFactor', { factor: name })}">${say('factors.remove')}</button>`,
    )
  }</div>
<span class="soft">${
    lastUsedAt === undefined
      ? say('factors.since', { kind: KIND_NAMES[kind], day: dayOf(enabledAt) })
      : say('factors.sinceUsed', { kind: KIND_NAMES[kind], day: dayOf(enabledAt), used: minuteOf(lastUsedAt) })
  }${factor.kind === 'passkey' && factor.rpId !== rpId && html`. ${say('factors.worksAt', { host: factor.rpId })}`}${factor.kind === 'passkey' && factor.isDiscoverable === false && html`. ${say('factors.secondOnly')}`}</span>
<details><summary aria-label="${say('factors.renameFactor', { factor: name })}">${say('factors.rename')}</summary>
${factorForm(
  { csrf, act: 'rename', serialNumber },
  html`<label for="${id}">${say('factors.newName')}</label>
<div class="beside"><input id="${id}" name="label" value="${name}" maxlength="64" required><button type="submit" class="second small">${say('factors.save')}</button></div>`,
)}</details></li>`;
}

function codesLeft(left: number, { createdAt, lastUsedAt }: NonNullable<Person['recoveryCodes']>): Text {
  const values = { left, all: RECOVERY_CODES, day: dayOf(createdAt) };
  return lastUsedAt === undefined
    ? say('factors.codesLeft', values)
    : say('factors.codesLeftUsed', { ...values, used: minuteOf(lastUsedAt) });
}

function recoverySection(csrf: string, { recoveryCodes }: Person): Html {
  const left = recoveryCodes?.sealedHashes.length ?? 0;
  return html`<h2 id="recovery-codes">${say('factors.recoveryCodes')}</h2>
<p>${say('factors.recoveryExplained')}</p>
${
  recoveryCodes === undefined
    ? html`<p class="soft">${say('factors.none')}</p>`
    : html`<p class="soft">${codesLeft(left, recoveryCodes)}</p>`
}
${factorForm(
  { csrf, act: 'make-codes' },
  html`<button type="submit" class="second">${recoveryCodes === undefined ? say('factors.createCodes') : say('factors.replaceCodes')}</button>`,
)}`;
}
