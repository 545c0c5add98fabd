import type { refusals as english } from '../en/refusals.ts';
import type { Translated } from '../message-text.ts';

export const refusals: Translated<typeof english> = {
  starting: 'Der Dienst startet und kann seinen Speicher noch nicht erreichen. Versuchen Sie es in Kürze erneut.',
  formUnreadable: 'Das Formular konnte nicht gelesen werden.',
  tooLarge: 'Die Anfrage ist zu groß.',
  foreignForm: 'Dieses Formular stammt nicht von unserer Seite. Gehen Sie zurück und versuchen Sie es erneut.',
  foreignLinkForm: 'Das Formular stammt nicht von unserer Seite. Öffnen Sie den Link erneut.',
  requestExpired: 'Diese Anfrage ist abgelaufen. Kehren Sie zur App zurück und beginnen Sie neu.',
  signedOut: 'Sie sind abgemeldet. Melden Sie sich erneut an.',
  didNotSignIn: 'Sie haben sich nicht angemeldet. Öffnen Sie die Anmeldeseite, um es erneut zu versuchen.',
  mayNotChangePassword:
    'Ihr Konto erlaubt es nicht, das Passwort hier zu ändern. Wenden Sie sich an Ihren Administrator.',
  signInEnded:
    'Diese Anmeldung wurde bereits abgeschlossen, ist abgelaufen oder wurde in einem anderen Browser begonnen. Kehren Sie zur App zurück und beginnen Sie neu.',
  storeUnreachable: 'Der Server kann seinen Speicher nicht erreichen. Versuchen Sie es in Kürze erneut.',
  shuttingDown: 'Der Server wird beendet.',
  tooManySignIns: 'Es melden sich zu viele Personen gleichzeitig an. Versuchen Sie es gleich noch einmal.',
  ownWindow: 'Öffnen Sie diesen Link in einem eigenen Fenster.',
  linkSpent:
    'Dieser Link wurde bereits verwendet oder ist älter als 15 Minuten. Kehren Sie dorthin zurück, wo Sie ihn erhalten haben, und folgen Sie einem neuen.',
  passwordChanged: 'Das Passwort wurde geändert. Melden Sie sich erneut an.',
  passwordBreached: 'Das Passwort ist bei einem Datenleck eines anderen Dienstes aufgetaucht: Wählen Sie ein anderes.',
  passwordShort: 'Das Passwort muss mindestens {length} Zeichen lang sein.',
  passwordLong: 'Das Passwort darf höchstens {length} Zeichen lang sein.',
  passwordUppercase: 'Das Passwort muss mindestens einen Großbuchstaben enthalten.',
  passwordLowercase: 'Das Passwort muss mindestens einen Kleinbuchstaben enthalten.',
  passwordNumber: 'Das Passwort muss mindestens eine Ziffer enthalten.',
  passwordSymbol: 'Das Passwort muss mindestens ein Sonderzeichen enthalten.',
  passwordCommon: 'Das Passwort ist zu leicht zu erraten: Es ist weit verbreitet.',
  passwordOnlyNumber: 'Das Passwort ist zu leicht zu erraten: Es ist nur eine Zahl.',
  passwordFromContext: 'Das Passwort darf nicht aus Ihrem Namen, Konto oder Ihrer Adresse gebildet sein.',
  passwordReused: 'Dieses Passwort haben Sie schon einmal verwendet. Wählen Sie ein anderes.',
};
