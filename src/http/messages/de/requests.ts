import type { requests as english } from '../en/requests.ts';
import type { Translated } from '../message-text.ts';

export const requests: Translated<typeof english> = {
  title: 'Anfragen von Apps',
  one: 'Anfrage einer App',
  explained:
    'Apps können Sie hier fragen, ob sie Sie anmelden dürfen. Erlauben Sie nur, was Sie selbst begonnen haben.',
  none: 'Zurzeit fragt keine App.',
  open: 'Ansehen',
  openOf: 'Ansehen: {app}',
  mutedApps: 'Apps, die nicht fragen dürfen',
  mutedUntil: 'Bis {time}',
  unmute: 'Wieder fragen lassen',
  unmuteApp: 'Wieder fragen lassen: {app}',
  unmuted: 'Die App darf Sie wieder fragen.',
  gone: 'Diese Anfrage ist nicht mehr offen: Sie wurde beantwortet oder ist abgelaufen.',
  allowApp: '{app} erlauben, Sie anzumelden?',
  willBe: 'Die App meldet Sie als {person} des Kontos {account} an.',
  message: 'Mitteilung',
  requestedFrom: 'Angefragt von',
  requestedAt: 'Angefragt am',
  asksTo: 'Die App möchte:',
  onlyIfStarted: 'Erlauben Sie dies nur, wenn Sie es gerade eben selbst begonnen haben.',
  compareMessage: 'Vergleichen Sie die Mitteilung mit dem, was die App Ihnen anzeigt.',
  ifNot:
    'Wenn jemand anderes Sie um die Erlaubnis gebeten hat, lehnen Sie ab: Diese Person wäre sonst in Ihrem Namen angemeldet.',
  denyAndMute: 'Ablehnen und 24 Stunden lang nicht mehr fragen',
  mayRevoke: 'Sie können dies jederzeit auf Ihrer Kontoseite widerrufen. Client-ID: {client}',
  later: 'Später entscheiden',
  signInFirst: 'Dafür verlangt {app} eine neue Anmeldung.',
  signIn: 'Erneut anmelden',
  notAssigned: 'Sie dürfen {app} nicht verwenden. Sie können die Anfrage nur ablehnen.',
  unmet: '{app} verlangt eine stärkere Anmeldung, als hier für Sie möglich ist. Sie können die Anfrage nur ablehnen.',
  allowed: 'Sie haben die Anfrage erlaubt. Kehren Sie zurück zu: {app}.',
  denied: 'Sie haben die Anfrage abgelehnt. {app} meldet Sie nicht an.',
  pending: { one: 'Anfragen von Apps: {count}', other: 'Anfragen von Apps: {count}' },
};
