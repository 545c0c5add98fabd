import type { signIn as english } from '../en/sign-in.ts';
import type { Translated } from '../message-text.ts';

export const signIn: Translated<typeof english> = {
  title: 'Anmelden',
  account: 'Konto-ID oder Alias',
  leaveEmpty: 'Für die Anmeldung mit einer E-Mail-Adresse leer lassen',
  name: 'Benutzername oder E-Mail-Adresse',
  password: 'Passwort',
  usePasskey: 'Passkey verwenden',
  or: 'oder',
  continueWith: 'Weiter mit {provider}',
  signInWith: 'Mit {provider} anmelden',
  nameAt: 'Benutzername bei {provider}',
  inAccount: 'Konto: {account}',
  anotherName: 'Anderen Namen verwenden',
  anotherWay: 'Auf andere Weise anmelden',
  enterCode: 'Code eingeben',
  showFactor: 'Zweiten Faktor bestätigen',
  protectedByApp:
    'Ihr Konto ist durch einen zweiten Faktor geschützt. Öffnen Sie Ihre Authentifizierungs-App und geben Sie die sechs Ziffern ein, die jetzt angezeigt werden.',
  protectedByPasskey:
    'Ihr Konto ist durch einen zweiten Faktor geschützt. Halten Sie Ihren Passkey oder Sicherheitsschlüssel bereit.',
  protectedByBoth:
    'Ihr Konto ist durch einen zweiten Faktor geschützt. Verwenden Sie Ihren Passkey oder Sicherheitsschlüssel oder geben Sie die sechs Ziffern ein, die Ihre Authentifizierungs-App jetzt anzeigt.',
  usePasskeyOrKey: 'Passkey oder Sicherheitsschlüssel verwenden',
  noPasskeysHere: 'Dieser Browser kann hier keine Passkeys verwenden oder führt keine Skripte aus.',
  mfaCode: 'MFA-Code',
  useRecoveryCode: 'Wiederherstellungscode verwenden',
  recoveryCode: 'Wiederherstellungscode',
  recoveryCodeHint: 'Einer der zehn Codes, die Sie gespeichert haben. Jeder gilt nur einmal.',
  continueWithRecoveryCode: 'Mit dem Wiederherstellungscode fortfahren',
  held: 'Mit diesem Namen gab es zu viele fehlgeschlagene Versuche auf Geräten, auf denen er bisher nicht verwendet wurde. Um sich auf einem solchen Gerät anzumelden, geben Sie die sechs Ziffern ein, die Ihre Authentifizierungs-App jetzt anzeigt, oder verwenden Sie einen Wiederherstellungscode. Wenn Sie beides nicht haben, verwenden Sie ein Gerät, auf dem Sie sich schon einmal angemeldet haben, oder versuchen Sie es in {wait} erneut.',
  chooseNewPassword: 'Neues Passwort wählen',
  passwordExpired: 'Ihr Passwort ist abgelaufen. Wählen Sie ein neues, um fortzufahren.',
  passwordReset: 'Ihr Passwort wurde von einem Administrator festgelegt. Wählen Sie ein eigenes, um fortzufahren.',
  goodPassword: 'Ein paar Wörter, die nichts miteinander zu tun haben, ergeben ein gutes Passwort.',
  userName: 'Benutzername',
  changePassword: 'Passwort ändern',
  passwordsDiffer: 'Die beiden Passwörter stimmen nicht überein.',
  alreadyAnswered: 'Bereits beantwortet',
  youAnswered: 'Sie haben bereits geantwortet',
  firstAnswerCounts:
    'Sie haben dieses Formular zweimal gesendet oder sind zu ihm zurückgekehrt. Ihre erste Antwort gilt.',
  firstAnswerCountsAs:
    'Sie haben dieses Formular zweimal gesendet oder sind zu ihm zurückgekehrt. Ihre erste Antwort gilt: Sie sind als {person} angemeldet.',
  accountInText: 'Ihrem Konto',
  appInText: 'der App',
  finishedTitle: 'Anmeldung abgeschlossen',
  finished: 'Diese Anmeldung ist bereits abgeschlossen',
  goBackTo:
    'Sie haben ein Formular zweimal gesendet oder sind zu einer alten Seite zurückgekehrt. Um fortzufahren, kehren Sie zu {app} zurück. Wenn Sie dort nicht angemeldet sind, melden Sie sich von dort aus erneut an.',
  openTo:
    'Sie haben ein Formular zweimal gesendet oder sind zu einer alten Seite zurückgekehrt. Um fortzufahren, wechseln Sie zu {app}. Wenn Sie dort nicht angemeldet sind, melden Sie sich von dort aus erneut an.',
  openApp: 'Weiter zu {app}',
  wrong: 'Konto, Name oder Passwort ist falsch.',
  noName: 'Geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein.',
  noAccount: 'Geben Sie auch das Konto an oder anstelle des Benutzernamens Ihre E-Mail-Adresse.',
  disabled: 'Ihr Konto ist deaktiviert. Wenden Sie sich an Ihren Administrator.',
  passkeyUnusable:
    'Dieser Passkey oder Sicherheitsschlüssel konnte nicht verwendet werden. Versuchen Sie es erneut oder melden Sie sich auf andere Weise an.',
  passkeyRefused: 'Mit diesem Passkey können Sie sich hier nicht anmelden. Melden Sie sich auf andere Weise an.',
  expired: 'Ihr Passwort ist abgelaufen. Bitten Sie Ihren Administrator um ein neues.',
  keyCopied:
    'Dieser Sicherheitsschlüssel wurde möglicherweise kopiert: Er wurde anderswo häufiger verwendet. Verwenden Sie einen anderen Faktor und entfernen Sie diesen.',
  wrongCode: 'Der Code ist falsch. Jeder Code gilt nur einmal.',
  thisPage: 'Diese Seite',
  requiresPasskey: '{app} verlangt einen Passkey oder Sicherheitsschlüssel. Verwenden Sie Ihren, um fortzufahren.',
  asksForPasskey: '{app} fragt nach einem Passkey oder Sicherheitsschlüssel. Verwenden Sie Ihren, wenn möglich.',
};
