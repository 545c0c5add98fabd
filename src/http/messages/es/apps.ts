import type { apps as english } from '../en/apps.ts';
import type { Translated } from '../message-text.ts';

export const apps: Translated<typeof english> = {
  noAccess: 'Sin acceso',
  noAccessTo: 'No tiene acceso a {app}',
  askAccess:
    'Ha iniciado sesión como {person}, y esta aplicación no está asignada a su usuario. Solicite acceso a su administrador.',
  returnTo: 'Volver a {app}',
  asSomeoneElse: 'Iniciar sesión como otra persona',
  notAccepted:
    'No se ha aceptado el mensaje de la aplicación. Facilite a su administrador los detalles que aparecen abajo.',
  reason: 'Motivo',
  app: 'Aplicación',
  mayStillBe:
    'Es posible que aún tenga la sesión iniciada en estas aplicaciones. Cierre el navegador o cierre sesión en ellas:',
  requestFailed: 'Esta solicitud ha fallado',
  signInEnded: 'Este inicio de sesión ha terminado',
  tryShortly: 'Inténtelo de nuevo en breve',
  wrongRedirect:
    '{app} ha pedido devolverle a una dirección (redirect_uri) que no tiene registrada. Ambas deben ser iguales, carácter por carácter.',
  wrongSignOutRedirect:
    '{app} ha pedido enviarle, tras cerrar sesión, a una dirección (post_logout_redirect_uri) que no tiene registrada. Ambas deben ser iguales, carácter por carácter.',
  unknownClient: 'Aquí no hay ninguna aplicación registrada con el nombre (client_id) enviado, o se ha deshabilitado.',
  theApp: 'La aplicación',
  appMistake: 'La aplicación que le ha enviado aquí ha cometido un error.',
  appMistakeDetail: 'La aplicación que le ha enviado aquí ha cometido un error: {detail}.',
  strongerTitle: 'Se requiere un inicio de sesión más seguro',
  strongerNeeded: '{app} requiere un inicio de sesión más seguro',
  notAsRequired: 'Ha iniciado sesión como {person}, pero no de la forma que exige {app}. {advice}',
  needsPasskey:
    'Se requiere una llave de acceso o de seguridad y no tiene ninguna que se acepte. {link} y vuelva a iniciar sesión.',
  needsFactor: 'Se requiere un segundo factor y no tiene ninguno. {link} y vuelva a iniciar sesión.',
  addFactor: 'Añada una opción a su cuenta',
  usePasskey: 'Vuelva a iniciar sesión y use su llave de acceso o de seguridad.',
  unknownDemand: 'La aplicación pide algo que este servidor no conoce. Avise a los responsables de la aplicación.',
};
