import type { connectors as english } from '../en/connectors.ts';
import type { Translated } from '../message-text.ts';

export const connectors: Translated<typeof english> = {
  signInFailed: 'El inicio de sesión no ha funcionado',
  linkingFailed: 'La vinculación no ha funcionado',
  signOutFailed: 'El cierre de sesión no ha funcionado',
  chooseHow: 'Elegir cómo iniciar sesión',
  unverifiedSignOut:
    'No se ha podido verificar el mensaje de su proveedor. Facilite a su administrador la referencia que aparece abajo.',
  toProvider: 'Continuar a su proveedor',
  signingOut: 'Cerrando sesión',
  theProvider: 'el proveedor',
  unknownWay: 'Esta forma de iniciar sesión no está disponible. Elija otra.',
  expired:
    'Este inicio de sesión ha caducado, ya se ha usado o se inició en otro navegador. Vuelva a la aplicación y empiece de nuevo.',
  wrong: 'El nombre o la contraseña no son correctos.',
  notVerified:
    'No se ha podido verificar la respuesta de {provider}. Inténtelo de nuevo. Si vuelve a ocurrir, facilite a su administrador la referencia que aparece abajo.',
  authnContext:
    'La forma en que ha iniciado sesión en {provider} no se acepta aquí. Inténtelo de otra forma o facilite a su administrador la referencia que aparece abajo.',
  disabled:
    'El inicio de sesión con {provider} está desactivado. Inicie sesión de otra forma o consulte a su administrador.',
  declined: 'No ha terminado de iniciar sesión con {provider}. Inténtelo de nuevo o inicie sesión de otra forma.',
  unreachable:
    'No se puede conectar con {provider} en este momento. Inténtelo de nuevo en breve o inicie sesión de otra forma.',
  metadata:
    'El inicio de sesión con {provider} no está bien configurado aquí. Inicie sesión de otra forma o facilite a su administrador la referencia que aparece abajo.',
  hostedDomain:
    'Este acceso con {provider} no pertenece a ninguna organización que pueda iniciar sesión aquí. Elija otra cuenta.',
  disabledUser: 'Su cuenta está deshabilitada. Consulte a su administrador.',
  condition:
    'Este acceso con {provider} no se puede usar aquí. Elija otra cuenta o facilite a su administrador la referencia que aparece abajo.',
  throttled: 'Ha habido demasiados intentos fallidos. Inténtelo de nuevo más tarde.',
  busy: 'Hay demasiadas personas iniciando sesión en este momento. Espere un minuto y vuelva a intentarlo.',
  passwordDue: 'Su contraseña en {provider} ha caducado o debe cambiarse. Cámbiela allí y después inicie sesión aquí.',
  accountState: 'Su cuenta en {provider} no puede iniciar sesión ahora. Consulte a su administrador.',
  notLinked:
    'Este acceso con {provider} no está vinculado a ningún usuario aquí. Consulte a su administrador, o inicie sesión de otra forma y vincúlelo en la página de su cuenta si esta lo ofrece.',
  linkedElsewhere:
    'Este acceso con {provider} está vinculado a otro usuario aquí. Elija otra cuenta o desvincúlelo primero allí.',
  linking:
    'Ya no ha iniciado sesión como el usuario que lo solicitó, o no puede vincular este acceso. No se ha vinculado nada. Empiece de nuevo.',
  user: 'Su usuario no puede iniciar sesión aquí. Facilite a su administrador la referencia que aparece abajo.',
};
