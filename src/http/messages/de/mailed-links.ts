import type { mailedLinks as english } from '../en/mailed-links.ts';
import type { Translated } from '../message-text.ts';

export const mailedLinks: Translated<typeof english> = {
  invitationTitle: 'Einladung annehmen',
  welcome: 'Willkommen, {person}',
  invited:
    'Sie wurden als {email} in das Konto {account} eingeladen. Wählen Sie das Passwort, mit dem Sie sich anmelden werden.',
  invitedToChoose:
    'Sie wurden als {email} in das Konto {account} eingeladen. Wählen Sie, wie Sie sich anmelden werden.',
  withPasskey: 'Mit einem Passkey (empfohlen)',
  whatPasskeysDo:
    'Dieses Gerät, Ihr Passwortmanager oder ein Sicherheitsschlüssel bewahrt ihn auf und prüft Ihren Finger, Ihr Gesicht oder Ihre PIN. Ein Passwort brauchen Sie dann nicht.',
  acceptWithPasskey: 'Mit einem Passkey annehmen',
  withPassword: 'Mit einem Passwort',
  needsPasskey:
    'Ihr Konto verlangt einen Passkey oder Sicherheitsschlüssel. Wenn Sie hier ein Passwort wählen, fügen Sie den Passkey bei der ersten Anmeldung hinzu.',
  needsFactor:
    'Ihr Konto verlangt einen zweiten Faktor. Ein Passkey genügt. Wenn Sie hier ein Passwort wählen, fügen Sie den zweiten Faktor bei der ersten Anmeldung hinzu.',
  accept: 'Einladung annehmen',
  canSignIn: 'Sie können sich jetzt anmelden',
  signInAs:
    'Melden Sie sich im Konto {account} als {person} an. Fügen Sie dann Ihrem Konto einen Passkey oder einen anderen zweiten Faktor hinzu.',
  signInByPasskey:
    'Melden Sie sich im Konto {account} als {person} mit Ihrem Passkey an. Erstellen Sie dann Wiederherstellungscodes oder fügen Sie einen weiteren Passkey hinzu, falls Sie diesen verlieren.',
  invitationClosed: 'Diese Einladung ist nicht gültig',
  invitationClosedWhy:
    'Sie wurde bereits verwendet, ist abgelaufen, wurde zurückgezogen oder erneut gesendet. Wenn Sie sich nicht anmelden können, bitten Sie Ihren Administrator um eine neue Einladung.',
  addressTaken: 'Ein anderer Benutzer hat bereits Ihre E-Mail-Adresse. Wenden Sie sich an Ihren Administrator.',
  wasThisYou: 'Waren Sie das?',
  toldYou: 'Wir haben Ihnen Folgendes mitgeteilt: {event} ({person} im Konto {account}).',
  newDevice: 'Anmeldung auf einem neuen Gerät',
  passwordChanged: 'Änderung des Passworts',
  passwordReset: 'Zurücksetzen des Passworts',
  factorAdded: 'neuer Passkey, Sicherheitsschlüssel oder neue Authentifizierungs-App',
  factorRemoved: 'Entfernen eines Passkeys, Sicherheitsschlüssels oder einer Authentifizierungs-App',
  factorResetAnnounced:
    'Ankündigung eines Administrators, Ihren Passkey, Sicherheitsschlüssel oder Ihre Authentifizierungs-App zu entfernen',
  loginLinked: 'Verknüpfen einer externen Anmeldung',
  loginUnlinked: 'Aufheben der Verknüpfung mit einer externen Anmeldung',
  recoveryCodeUsed: 'Verwendung eines Wiederherstellungscodes',
  emailChanged: 'Änderung der E-Mail-Adresse',
  rootUsed: 'Verwendung des Root-Benutzers',
  emergencyAccessUsed: 'Verwendung des Notfallzugangs',
  ifNotYou: 'Wenn Sie das nicht waren, sichern Sie das Konto jetzt:',
  sessionsEnd: 'Alle Sitzungen und Token enden, auf jedem Gerät.',
  passwordStops: 'Das Passwort gilt nicht mehr. Sie erhalten von Ihrem Administrator ein neues.',
  addedIsRemoved:
    'Was seitdem oder in der Stunde davor hinzugefügt wurde, wird entfernt: Passkeys, Sicherheitsschlüssel, Authentifizierungs-Apps, Wiederherstellungscodes und verknüpfte Anmeldungen.',
  addressComesBack: 'Wenn Ihre E-Mail-Adresse geändert wurde, erhalten Sie die frühere zurück.',
  secure: 'Das war ich nicht: Konto sichern',
  ifYou: 'Wenn Sie das waren, schließen Sie diese Seite. Es hat sich nichts geändert.',
  secured: 'Das Konto ist gesichert',
  sessionsEnded: 'Alle Sitzungen von {person} im Konto {account} wurden beendet, und das Passwort gilt nicht mehr.',
  tellAdministrator:
    'Teilen Sie Ihrem Administrator mit, was geschehen ist, und bitten Sie um ein neues Passwort. Wenn Sie einen Passkey haben, können Sie sich damit anmelden und selbst ein neues Passwort wählen. Prüfen Sie auch die Links in unseren anderen E-Mails: Jeder betrifft eine einzelne Änderung.',
  linkClosed: 'Dieser Link ist nicht gültig',
  linkClosedWhy:
    'Er wurde bereits verwendet oder ist abgelaufen. Wenn möglicherweise jemand anderes Ihr Konto verwendet, informieren Sie jetzt Ihren Administrator.',
};
