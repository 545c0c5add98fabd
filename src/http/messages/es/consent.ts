import type { consent as english } from '../en/consent.ts';
import type { Translated } from '../message-text.ts';

export const consent: Translated<typeof english> = {
  openid: 'Saber quién es: su identificador y su cuenta',
  profile: 'Ver su perfil: nombres, imagen, sitio web, género, fecha de nacimiento, zona horaria e idioma',
  email: 'Ver su dirección de correo electrónico',
  phone: 'Ver su número de teléfono',
  address: 'Ver su dirección postal',
  groups: 'Ver a qué grupos pertenece',
  rolecall: 'Ver su cuenta y el nombre (ARN) de su usuario',
  offlineAccess: 'Mantener la conexión hasta 14 días, también en su ausencia',
  title: 'Permitir acceso',
  allowApp: '¿Permitir {app}?',
  asksAs: 'Ha iniciado sesión como {person} de la cuenta {account}. {app} solicita:',
  unverified:
    'Esta aplicación no está verificada: nadie la registró aquí y solo el sitio {host} dice qué es. Permítala solo si conoce ese sitio y ha iniciado usted este inicio de sesión.',
  selfRegistered:
    'Esta aplicación no está verificada: se registró a sí misma y nadie aquí ha comprobado su nombre. Permítala solo si ha iniciado usted este inicio de sesión y conoce la dirección a la que le envía: {address}.',
  useResource: 'Usar {resource} en su nombre: {scopes}',
  forTwoWeeks: 'Podrá hacerlo durante 14 días, hasta que revoque el acceso en la página de su cuenta.',
  whileSignedIn:
    'Podrá hacerlo mientras su sesión esté iniciada, hasta que revoque el acceso en la página de su cuenta.',
  deviceProgramAsksAs:
    'Ha iniciado sesión como {person} de la cuenta {account}. Un programa en otro dispositivo solicita:',
  ownProgramAsksAs: 'Ha iniciado sesión como {person} de la cuenta {account}. Un programa en su equipo solicita:',
  useRoles: 'Usar en su nombre los roles que puede asumir',
  staySignedIn: 'Mantener allí la sesión iniciada durante un tiempo',
  staySignedInDevice: 'Mantener la sesión iniciada en ese dispositivo durante un tiempo',
  onlyIfYouRan: 'Permítalo solo si acaba de ejecutar {command} usted mismo.',
  nobodyElse: 'Nadie más debería enviarle a esta página.',
  mayRevoke: 'Puede revocarlo en cualquier momento en la página de su cuenta.',
  allow: 'Permitir',
  deny: 'Denegar',
  aboutApp: 'Acerca de esta aplicación',
  clientId: 'ID de cliente',
  homePage: 'Página principal',
  policy: 'Política de privacidad',
  terms: 'Condiciones de uso',
  sentTo: 'Se le redirigirá a',
  chooseAccount: 'Elegir una cuenta',
  continueAs: 'Continuar como {person} ({account})',
  otherAccount: 'Iniciar sesión con otra cuenta',
  notAssigned: 'No asignada',
  cannotUse: 'No puede usar {app}',
  askAssignment:
    'Ha iniciado sesión como {person} de la cuenta {account}, y {app} no está asignada a su usuario. Pida a un administrador de la cuenta que se la asigne a usted o a uno de sus grupos, o inicie sesión con otra cuenta.',
  backTo: 'Volver a {app}',
};
