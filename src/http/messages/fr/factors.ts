import type { factors as english } from '../en/factors.ts';
import type { Translated } from '../message-text.ts';

export const factors: Translated<typeof english> = {
  app: 'Application d’authentification',
  passkey: 'Clé d’accès ou clé de sécurité',
  title: 'Seconds facteurs',
  explained:
    'Avec un second facteur, un mot de passe volé ne suffit plus. En ajouter ou en supprimer un vous déconnecte partout ailleurs.',
  none: 'Vous n’en avez aucun.',
  addPasskey: 'Ajouter une clé d’accès ou une clé de sécurité',
  addApp: 'Ajouter une application d’authentification',
  mayNotAdd: 'Votre compte ne vous permet pas d’ajouter un facteur ici. Contactez votre administrateur.',
  mayNotChange: 'Votre compte ne permet pas cette modification. Contactez votre administrateur.',
  again: 'Vous vous êtes reconnecté. Vous pouvez maintenant modifier vos seconds facteurs.',
  remove: 'Supprimer',
  removeFactor: 'Supprimer {factor}',
  removeQuestion: 'Supprimer {factor}\u00a0?',
  since: '{kind}, depuis le {day}',
  sinceUsed: '{kind}, depuis le {day}, dernière utilisation le {used}',
  secondOnly: 'Uniquement comme second facteur',
  worksAt: 'Fonctionne uniquement sur {host}',
  rename: 'Renommer',
  renameFactor: 'Renommer {factor}',
  newName: 'Nouveau nom',
  save: 'Enregistrer',
  recoveryCodes: 'Codes de récupération',
  recoveryExplained:
    'Si vous perdez vos autres facteurs, connectez-vous avec un code de récupération. Chacun ne fonctionne qu’une fois.',
  codesLeft: '{left} sur {all} restants, depuis le {day}',
  codesLeftUsed: '{left} sur {all} restants, depuis le {day}, dernière utilisation le {used}',
  createCodes: 'Créer des codes de récupération',
  replaceCodes: 'Remplacer les codes de récupération',
  yourCodes: 'Vos codes de récupération',
  saveCodes: 'Enregistrez ces codes maintenant\u00a0: ils ne seront plus affichés.',
  keepCodes:
    'Conservez-les là où une personne qui volerait vos appareils ne les trouverait pas. Chacun vous connecte une fois à la place de votre second facteur. Les codes précédents ne fonctionnent plus.',
  savedCodes: 'Je les ai enregistrés',
  signsOutElsewhere: 'Vous serez déconnecté partout ailleurs.',
  onlyFactor:
    'C’est votre seul second facteur\u00a0: ensuite, votre mot de passe seul suffira pour vous connecter, et vos codes de récupération ne seront plus valables.',
  onlySignIn: 'Cette clé d’accès est votre seul moyen de vous connecter. Ajoutez-en d’abord une autre.',
  keep: 'Le conserver',
  removed: '{factor}\u00a0: supprimé.',
  gone: 'Vous n’avez plus ce facteur.',
  renamed: 'Le facteur a été renommé.',
  addFirst: 'Ajoutez d’abord un second facteur.',
  tooMany: 'Vous avez atteint le nombre maximal de facteurs par personne. Supprimez-en d’abord un.',
  appAdded: 'L’application d’authentification est ajoutée. Désormais, son code vous sera demandé à la connexion.',
  tooManyCodes: 'Trop de codes incorrects ont été saisis. Recommencez plus tard.',
  appExpired:
    'L’opération a pris trop de temps, ou l’application est déjà ajoutée. Si elle n’est pas dans la liste, recommencez.',
  wrongCode:
    'Le code est incorrect. Vérifiez que l’horloge de l’appareil est à l’heure, et saisissez le code que l’application affiche maintenant.',
  scan: 'Scannez ce code avec l’application, ou {link}.',
  openApp: 'ouvrez l’application sur cet appareil',
  qrCode: 'Code QR pour votre application d’authentification',
  typeKey: 'Saisir plutôt une clé',
  timeBased: 'Le compte utilise des codes temporaires à six chiffres.',
  passkeyAddedAsSecond:
    '{factor}\u00a0: ajouté. Cette clé ne suffit pas pour vous connecter\u00a0: présentez-la comme second facteur.',
  passkeyAdded: '{factor}\u00a0: ajouté. Désormais, un second facteur vous sera demandé à la connexion.',
  passkeyExpired: 'L’opération a pris trop de temps. Réessayez.',
  passkeyTaken: 'Cette clé d’accès ou clé de sécurité est déjà utilisée.',
  passkeyNotDiscoverable:
    'Cette clé ne suffit pas pour vous connecter. Utilisez-en une autre, ou choisissez un mot de passe.',
  passkeyNotAccepted:
    'Votre compte n’accepte pas cette clé d’accès ou clé de sécurité. Utilisez-en une que votre administrateur a approuvée.',
  passkeyNotAdded: 'La clé d’accès ou la clé de sécurité n’a pas pu être ajoutée. Réessayez ou utilisez-en une autre.',
  noPasskeys: 'Ce serveur ne prend pas en charge les clés d’accès\u00a0: son adresse n’a pas de nom d’hôte.',
  passkeyExplained:
    'Une clé d’accès est conservée par cet appareil ou par votre gestionnaire de mots de passe. Une clé de sécurité se branche ou se présente à l’appareil. Si vous avez un mot de passe, une clé d’accès qui vérifie votre doigt, votre visage ou votre code PIN peut le remplacer lors de la connexion.',
  noPasskeysHere: 'Ce navigateur ne peut pas créer de clés d’accès ici, ou n’exécute pas les scripts.',
  name: 'Nom',
  nameHintKey: 'Pour le distinguer de vos autres facteurs, par exemple «\u00a0Ordinateur portable\u00a0»',
  nameHintApp: 'Pour le distinguer de vos autres facteurs, par exemple «\u00a0Téléphone professionnel\u00a0»',
  codeNow: 'Code affiché maintenant par l’application',
  addTheApp: 'Ajouter l’application',
};
