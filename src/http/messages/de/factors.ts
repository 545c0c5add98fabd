import type { factors as english } from '../en/factors.ts';
import type { Translated } from '../message-text.ts';

export const factors: Translated<typeof english> = {
  app: 'Authentifizierungs-App',
  passkey: 'Passkey oder Sicherheitsschlüssel',
  title: 'Zweite Faktoren',
  explained:
    'Mit einem zweiten Faktor ist ein gestohlenes Passwort allein nutzlos. Wenn Sie einen hinzufügen oder entfernen, werden Sie überall sonst abgemeldet.',
  none: 'Sie haben keine.',
  addPasskey: 'Passkey oder Sicherheitsschlüssel hinzufügen',
  addApp: 'Authentifizierungs-App hinzufügen',
  mayNotAdd: 'Ihr Konto erlaubt es nicht, hier einen Faktor hinzuzufügen. Wenden Sie sich an Ihren Administrator.',
  mayNotChange: 'Ihr Konto erlaubt diese Änderung nicht. Wenden Sie sich an Ihren Administrator.',
  again: 'Sie haben sich erneut angemeldet. Sie können Ihre zweiten Faktoren jetzt ändern.',
  remove: 'Entfernen',
  removeFactor: '{factor} entfernen',
  removeQuestion: '{factor} entfernen?',
  since: '{kind}, seit {day}',
  sinceUsed: '{kind}, seit {day}, zuletzt verwendet: {used}',
  secondOnly: 'Nur als zweiter Faktor',
  worksAt: 'Funktioniert nur bei {host}',
  rename: 'Umbenennen',
  renameFactor: '{factor} umbenennen',
  newName: 'Neuer Name',
  save: 'Speichern',
  recoveryCodes: 'Wiederherstellungscodes',
  recoveryExplained:
    'Wenn Sie Ihre anderen Faktoren verlieren, melden Sie sich mit einem Wiederherstellungscode an. Jeder gilt nur einmal.',
  codesLeft: 'Noch {left} von {all}, seit {day}',
  codesLeftUsed: 'Noch {left} von {all}, seit {day}, zuletzt verwendet: {used}',
  createCodes: 'Wiederherstellungscodes erstellen',
  replaceCodes: 'Wiederherstellungscodes ersetzen',
  yourCodes: 'Ihre Wiederherstellungscodes',
  saveCodes: 'Speichern Sie diese Codes jetzt: Sie werden nicht noch einmal angezeigt.',
  keepCodes:
    'Bewahren Sie sie dort auf, wo jemand, der Ihre Geräte stiehlt, sie nicht findet. Jeder meldet Sie einmal anstelle Ihres zweiten Faktors an. Frühere Codes gelten nicht mehr.',
  savedCodes: 'Ich habe sie gespeichert',
  signsOutElsewhere: 'Sie werden überall sonst abgemeldet.',
  onlyFactor:
    'Dies ist Ihr einziger zweiter Faktor: Danach genügt Ihr Passwort zur Anmeldung, und Ihre Wiederherstellungscodes werden ungültig.',
  onlySignIn: 'Sie melden sich nur mit diesem Passkey an. Fügen Sie zuerst einen weiteren hinzu.',
  keep: 'Behalten',
  removed: '{factor} wurde entfernt.',
  gone: 'Sie haben diesen Faktor nicht mehr.',
  renamed: 'Der Faktor wurde umbenannt.',
  addFirst: 'Fügen Sie zuerst einen zweiten Faktor hinzu.',
  tooMany: 'Sie haben bereits so viele Faktoren, wie eine Person haben darf. Entfernen Sie zuerst einen.',
  appAdded: 'Die Authentifizierungs-App wurde hinzugefügt. Ab jetzt wird bei der Anmeldung nach ihrem Code gefragt.',
  tooManyCodes: 'Es gab zu viele falsche Codes. Beginnen Sie später neu.',
  appExpired:
    'Das hat zu lange gedauert, oder die App wurde bereits hinzugefügt. Wenn sie nicht in der Liste steht, beginnen Sie neu.',
  wrongCode:
    'Der Code ist falsch. Prüfen Sie, ob die Uhr des Geräts richtig geht, und geben Sie den Code ein, den die App jetzt anzeigt.',
  scan: 'Scannen Sie diesen Code mit der App. Oder {link}.',
  openApp: 'öffnen Sie die App auf diesem Gerät',
  qrCode: 'QR-Code für Ihre Authentifizierungs-App',
  typeKey: 'Stattdessen einen Schlüssel eingeben',
  timeBased: 'Das Konto verwendet zeitbasierte Codes mit sechs Ziffern.',
  passkeyAddedAsSecond:
    '{factor} wurde hinzugefügt. Allein meldet dieser Schlüssel Sie nicht an: Zeigen Sie ihn als zweiten Faktor.',
  passkeyAdded: '{factor} wurde hinzugefügt. Ab jetzt wird bei der Anmeldung nach einem zweiten Faktor gefragt.',
  passkeyExpired: 'Das hat zu lange gedauert. Versuchen Sie es erneut.',
  passkeyTaken: 'Dieser Passkey oder Sicherheitsschlüssel wird bereits verwendet.',
  passkeyNotDiscoverable:
    'Dieser Schlüssel allein meldet Sie nicht an. Verwenden Sie einen anderen, oder wählen Sie ein Passwort.',
  passkeyNotAccepted:
    'Ihr Konto akzeptiert diesen Passkey oder Sicherheitsschlüssel nicht. Verwenden Sie einen, den Ihr Administrator freigegeben hat.',
  passkeyNotAdded:
    'Der Passkey oder Sicherheitsschlüssel konnte nicht hinzugefügt werden. Versuchen Sie es erneut oder verwenden Sie einen anderen.',
  noPasskeys: 'Dieser Server hat keine Passkeys: Seine Adresse hat keinen Hostnamen.',
  passkeyExplained:
    'Ein Passkey wird von diesem Gerät oder Ihrem Passwortmanager aufbewahrt. Ein Sicherheitsschlüssel wird eingesteckt oder an das Gerät gehalten. Wenn Sie ein Passwort haben, kann ein Passkey, der Fingerabdruck, Gesicht oder PIN prüft, es bei der Anmeldung ersetzen.',
  noPasskeysHere: 'Dieser Browser kann hier keine Passkeys erstellen oder führt keine Skripte aus.',
  name: 'Name',
  nameHintKey: 'Zur Unterscheidung von Ihren anderen Faktoren, zum Beispiel „Laptop“',
  nameHintApp: 'Zur Unterscheidung von Ihren anderen Faktoren, zum Beispiel „Diensthandy“',
  codeNow: 'Code, den die App jetzt anzeigt',
  addTheApp: 'App hinzufügen',
};
