import type { connectors as english } from '../en/connectors.ts';
import type { Translated } from '../message-text.ts';

export const connectors: Translated<typeof english> = {
  signInFailed: 'Die Anmeldung hat nicht funktioniert',
  linkingFailed: 'Die Verknüpfung hat nicht funktioniert',
  signOutFailed: 'Die Abmeldung hat nicht funktioniert',
  chooseHow: 'Anmeldemethode wählen',
  unverifiedSignOut:
    'Die Nachricht Ihres Anbieters konnte nicht geprüft werden. Nennen Sie Ihrem Administrator die Referenz unten.',
  toProvider: 'Weiter zu Ihrem Anbieter',
  signingOut: 'Sie werden abgemeldet',
  theProvider: 'dem Anbieter',
  unknownWay: 'Diese Anmeldemethode ist nicht verfügbar. Wählen Sie eine andere.',
  expired:
    'Diese Anmeldung ist abgelaufen, wurde bereits verwendet oder in einem anderen Browser begonnen. Kehren Sie zur App zurück und beginnen Sie neu.',
  wrong: 'Name oder Passwort ist falsch.',
  notVerified:
    'Die Antwort von {provider} konnte nicht geprüft werden. Versuchen Sie es erneut. Wenn es wieder geschieht, nennen Sie Ihrem Administrator die Referenz unten.',
  authnContext:
    'Sie haben sich bei {provider} auf eine Weise angemeldet, die hier nicht akzeptiert wird. Versuchen Sie es auf andere Weise oder nennen Sie Ihrem Administrator die Referenz unten.',
  disabled:
    'Die Anmeldung mit {provider} ist abgeschaltet. Melden Sie sich auf andere Weise an oder wenden Sie sich an Ihren Administrator.',
  declined:
    'Sie haben die Anmeldung mit {provider} nicht abgeschlossen. Versuchen Sie es erneut oder melden Sie sich auf andere Weise an.',
  unreachable:
    'Die Verbindung zu {provider} ist derzeit nicht möglich. Versuchen Sie es in Kürze erneut oder melden Sie sich auf andere Weise an.',
  metadata:
    'Die Anmeldung mit {provider} ist hier nicht richtig eingerichtet. Melden Sie sich auf andere Weise an oder nennen Sie Ihrem Administrator die Referenz unten.',
  hostedDomain:
    'Diese Anmeldung mit {provider} gehört zu keiner Organisation, die sich hier anmelden darf. Wählen Sie ein anderes Konto.',
  disabledUser: 'Ihr Konto ist deaktiviert. Wenden Sie sich an Ihren Administrator.',
  condition:
    'Diese Anmeldung mit {provider} darf hier nicht verwendet werden. Wählen Sie ein anderes Konto oder nennen Sie Ihrem Administrator die Referenz unten.',
  throttled: 'Es gab zu viele fehlgeschlagene Versuche. Versuchen Sie es später erneut.',
  busy: 'Derzeit melden sich zu viele Personen an. Warten Sie eine Minute und versuchen Sie es dann erneut.',
  passwordDue:
    'Ihr Passwort bei {provider} ist abgelaufen oder muss geändert werden. Ändern Sie es dort und melden Sie sich dann hier an.',
  accountState: 'Ihr Konto bei {provider} darf sich derzeit nicht anmelden. Wenden Sie sich an Ihren Administrator.',
  notLinked:
    'Diese Anmeldung mit {provider} ist hier mit keinem Benutzer verknüpft. Wenden Sie sich an Ihren Administrator, oder melden Sie sich auf andere Weise an und verknüpfen Sie sie auf Ihrer Kontoseite, falls dort angeboten.',
  linkedElsewhere:
    'Diese Anmeldung mit {provider} ist hier mit einem anderen Benutzer verknüpft. Wählen Sie ein anderes Konto oder heben Sie dort zuerst die Verknüpfung auf.',
  linking:
    'Sie sind nicht mehr als der Benutzer angemeldet, der dies angefordert hat, oder dürfen diese Anmeldung nicht verknüpfen. Es wurde nichts verknüpft. Beginnen Sie neu.',
  user: 'Ihr Benutzer kann sich hier nicht anmelden. Nennen Sie Ihrem Administrator die Referenz unten.',
};
