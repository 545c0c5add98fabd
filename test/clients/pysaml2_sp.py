"""Service providers of pysaml2. Answers each command, a JSON line, by a JSON line: pysaml2 is slow to load."""

import json
import logging
import sys
from urllib.parse import parse_qs, urlsplit

import saml2.entity
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, saml, samlp
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.ident import code, decode
from saml2.metadata import entity_descriptor
from saml2.response import StatusError
from saml2.xmldsig import DIGEST_SHA256, SIG_ECDSA_SHA256, SIG_RSA_SHA256

directory = sys.argv[1]
SITE = "https://pysaml2.example.com"
BINDINGS = {"redirect": BINDING_HTTP_REDIRECT, "post": BINDING_HTTP_POST}
clients = {}
# What it refuses is in the answers.
logging.disable(logging.CRITICAL)
# pysaml2 leaves signing to xmlsec1, which knows ECDSA, but does not list it itself.
saml2.entity.SIG_ALLOWED_ALG = (*saml2.entity.SIG_ALLOWED_ALG, ("SIG_ECDSA_SHA256", SIG_ECDSA_SHA256))


def configuration(name, settings, identity_provider=None):
    at = f"{SITE}/{name}"
    key = settings.get("key", "sp")
    service = {
        "endpoints": {
            "assertion_consumer_service": [(f"{at}/acs", BINDING_HTTP_POST), (f"{at}/acs/other", BINDING_HTTP_POST)],
            "single_logout_service": [(f"{at}/slo", BINDINGS[settings.get("logout", "redirect")])],
        },
        "allow_unsolicited": settings.get("allow_unsolicited", False),
        "authn_requests_signed": settings.get("signed", False),
        "logout_requests_signed": True,
        "logout_responses_signed": True,
        "want_assertions_signed": settings.get("want_assertions_signed", True),
        "want_response_signed": settings.get("want_response_signed", False),
    }
    return SPConfig().load(
        {
            "entityid": at,
            "service": {"sp": service},
            "key_file": f"{directory}/{key}.key",
            "cert_file": f"{directory}/{key}.crt",
            "encryption_keypairs": [{"key_file": f"{directory}/sp.key", "cert_file": f"{directory}/sp.crt"}],
            "xmlsec_binary": "/usr/bin/xmlsec1",
            "signing_algorithm": SIG_ECDSA_SHA256 if key == "ec" else SIG_RSA_SHA256,
            "digest_algorithm": DIGEST_SHA256,
            "allow_unknown_attributes": True,
            "preferred_binding": {"single_logout_service": [BINDINGS[settings.get("logout", "redirect")]]},
            **({"metadata": {"inline": [identity_provider]}} if identity_provider else {}),
        }
    )


def metadata(given):
    return str(entity_descriptor(configuration(given["name"], given["settings"])))


def know(given):
    """Reads the identity provider's metadata (again)."""
    for name, settings in given["providers"].items():
        clients[name] = Saml2Client(config=configuration(name, settings, given["metadata"]))


def algorithms(client, signature="sign_alg"):
    """pysaml2 7.0 signs with SHA-1, whatever is configured, if it is not told at each call."""
    return {signature: client.config.signing_algorithm, "digest_alg": DIGEST_SHA256}


def sent(info):
    """What the browser takes to the identity provider: an address, or a page with a form."""
    headers = dict(info["headers"])
    return {"url": headers["Location"]} if "Location" in headers else {"html": info["data"]}


def login(given):
    client = clients[given["name"]]
    [idp] = client.metadata.with_descriptor("idpsso").keys()
    context = given.get("context")
    how = dict(given.get("how", {}))
    if context:
        classes = [saml.AuthnContextClassRef(text=each) for each in context]
        how["requested_authn_context"] = samlp.RequestedAuthnContext(authn_context_class_ref=classes, comparison="exact")
    asked, _, info = client.prepare_for_negotiated_authenticate(
        entityid=idp, relay_state=given.get("relay_state", ""), binding=BINDINGS[given["binding"]],
        **algorithms(client, "sigalg"), **how
    )
    return {"id": asked, **sent(info)}


def answer(given):
    client = clients[given["name"]]
    try:
        response = client.parse_authn_request_response(
            given["response"], BINDING_HTTP_POST, outstanding={given["id"]: "/"} if given.get("id") else {}
        )
    except StatusError as error:
        return {"refused": str(error)}
    info = response.session_info()
    return {
        "attributes": info["ava"],
        "nameId": info["name_id"].text,
        "format": info["name_id"].format,
        "context": info["authn_info"][0][0],
        "kept": code(info["name_id"]),
    }


def logout(given):
    client = clients[given["name"]]
    [[_, info]] = client.global_logout(decode(given["kept"]), sign=True, **algorithms(client)).values()
    return sent(info)


def read(given):
    """The message that the browser has brought, with its binding."""
    if "url" in given:
        query = {name: values[0] for name, values in parse_qs(urlsplit(given["url"]).query).items()}
        return query, BINDING_HTTP_REDIRECT
    return given["fields"], BINDING_HTTP_POST


def logged_out(given):
    """The status of a LogoutResponse."""
    message, binding = read(given)
    response = clients[given["name"]].parse_logout_request_response(message["SAMLResponse"], binding)
    status = response.response.status.status_code
    return [status.value, status.status_code and status.status_code.value]


def told(given):
    """Obeys a LogoutRequest."""
    message, binding = read(given)
    client = clients[given["name"]]
    how = {"relay_state": message.get("RelayState", ""), **algorithms(client)}
    info = client.handle_logout_request(message["SAMLRequest"], decode(given["kept"]), binding, **how)
    return sent(info)


COMMANDS = {
    "metadata": metadata,
    "know": know,
    "login": login,
    "answer": answer,
    "logout": logout,
    "logged-out": logged_out,
    "told": told,
}

for line in sys.stdin:
    given = json.loads(line)
    try:
        result = COMMANDS[given["command"]](given)
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)
