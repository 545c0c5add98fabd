import type { consent as english } from '../en/consent.ts';
import type { Translated } from '../message-text.ts';

export const consent: Translated<typeof english> = {
  openid: 'Wissen, wer Sie sind: Ihre Kennung und Ihr Konto',
  profile: 'Ihr Profil sehen: Namen, Bild, Website, Geschlecht, Geburtsdatum, Zeitzone und Sprache',
  email: 'Ihre E-Mail-Adresse sehen',
  phone: 'Ihre Telefonnummer sehen',
  address: 'Ihre Postanschrift sehen',
  groups: 'Sehen, in welchen Gruppen Sie sind',
  rolecall: 'Ihr Konto und den Namen (ARN) Ihres Benutzers sehen',
  offlineAccess: 'Bis zu 14 Tage verbunden bleiben, auch während Ihrer Abwesenheit',
  title: 'Zugriff erlauben',
  allowApp: '{app} erlauben?',
  asksAs: 'Sie sind als {person} des Kontos {account} angemeldet. {app} möchte:',
  unverified:
    'Diese App ist nicht geprüft: Niemand hat sie hier registriert, und nur die Website {host} sagt, was sie ist. Erlauben Sie sie nur, wenn Sie diese Website kennen und diese Anmeldung selbst begonnen haben.',
  selfRegistered:
    'Diese App ist nicht geprüft: Sie hat sich selbst registriert, und niemand hat ihren Namen geprüft. Erlauben Sie sie nur, wenn Sie diese Anmeldung selbst begonnen haben und wissen, wohin sie Sie weiterleitet: {address}.',
  useResource: '{resource} für Sie verwenden: {scopes}',
  forTwoWeeks: 'Die App darf dies 14 Tage lang, bis Sie den Zugriff auf Ihrer Kontoseite widerrufen.',
  whileSignedIn: 'Die App darf dies, solange Sie angemeldet sind, bis Sie den Zugriff auf Ihrer Kontoseite widerrufen.',
  deviceProgramAsksAs:
    'Sie sind als {person} des Kontos {account} angemeldet. Ein Programm auf einem anderen Gerät möchte:',
  ownProgramAsksAs: 'Sie sind als {person} des Kontos {account} angemeldet. Ein Programm auf Ihrem Computer möchte:',
  useRoles: 'Die Rollen, die Sie übernehmen dürfen, in Ihrem Namen verwenden',
  staySignedIn: 'Dort eine Zeit lang angemeldet bleiben',
  staySignedInDevice: 'Auf diesem Gerät eine Zeit lang angemeldet bleiben',
  onlyIfYouRan: 'Erlauben Sie dies nur, wenn Sie {command} gerade eben selbst ausgeführt haben.',
  nobodyElse: 'Niemand sonst sollte Sie auf diese Seite schicken.',
  mayRevoke: 'Sie können dies jederzeit auf Ihrer Kontoseite widerrufen.',
  allow: 'Erlauben',
  deny: 'Ablehnen',
  aboutApp: 'Über diese App',
  clientId: 'Client-ID',
  homePage: 'Startseite',
  policy: 'Datenschutzerklärung',
  terms: 'Nutzungsbedingungen',
  sentTo: 'Sie werden weitergeleitet zu',
  chooseAccount: 'Konto auswählen',
  continueAs: 'Weiter als {person} ({account})',
  otherAccount: 'Mit einem anderen Konto anmelden',
  notAssigned: 'Nicht zugewiesen',
  cannotUse: 'Sie können {app} nicht verwenden',
  askAssignment:
    'Sie sind als {person} des Kontos {account} angemeldet, und {app} ist Ihnen nicht zugewiesen. Bitten Sie einen Administrator des Kontos, die App Ihnen oder einer Ihrer Gruppen zuzuweisen, oder melden Sie sich mit einem anderen Konto an.',
  backTo: 'Zurück zu {app}',
};
