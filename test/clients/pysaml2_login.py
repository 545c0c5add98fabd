"""An identity provider of pysaml2 for sign-ins. Answers each command, a JSON line, by a JSON line: pysaml2 is slow to load."""

import base64
import json
import re
import sys
from functools import partial
from urllib.parse import parse_qs, urlsplit

import saml2.entity
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, saml
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.server import Server
from saml2.sigver import CryptoBackendXmlSec1, pre_encryption_part, verify_redirect_signature
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

directory = sys.argv[1]
ENTITY_ID = "https://pysaml2.example.com/idp"
SITE = "https://pysaml2.example.com"


def configuration(service_provider, is_posted=False):
    endpoints = {
        "single_sign_on_service": [(f"{SITE}/sso", BINDING_HTTP_REDIRECT), (f"{SITE}/sso/post", BINDING_HTTP_POST)],
        "single_logout_service": [(f"{SITE}/slo", BINDING_HTTP_REDIRECT)],
    }
    service = {
        "idp": {
            "endpoints": endpoints,
            # Of a redirect, pysaml2 then expects a signature in the XML.
            "want_authn_requests_signed": is_posted,
            "policy": {"default": {"lifetime": {"minutes": 5}, "name_form": saml.NAME_FORMAT_URI}},
        }
    }
    return IdPConfig().load(
        {
            "entityid": ENTITY_ID,
            "service": service,
            "key_file": f"{directory}/idp.key",
            "cert_file": f"{directory}/idp.crt",
            "xmlsec_binary": "/usr/bin/xmlsec1",
            "signing_algorithm": SIG_RSA_SHA256,
            "digest_algorithm": DIGEST_SHA256,
            **({"metadata": {"inline": [service_provider]}} if service_provider else {}),
        }
    )


def signing_certificate(service_provider):
    """Without line breaks."""
    key = re.search(r'<md:KeyDescriptor use="signing">.*?X509Certificate>([^<]+)<', service_provider, re.DOTALL)
    return re.sub(r"\s", "", key[1])


def parsed(idp, request, service_provider):
    """The AuthnRequest, whose signature pysaml2 verifies with the key in our metadata: for a redirect, only in a call of its own."""
    if "url" in request:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request["url"]).query).items()}
        if not verify_redirect_signature(query, idp.sec.sec_backend, signing_certificate(service_provider)):
            raise ValueError("the request is not signed by the key in the metadata")
        return idp.parse_authn_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT).message
    return idp.parse_authn_request(request["SAMLRequest"], BINDING_HTTP_POST).message


def encrypt_by_aes():
    """pysaml2 has no setting for it, and encrypts by Triple DES."""
    gcm = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
    saml2.entity.pre_encryption_part = partial(pre_encryption_part, msg_enc=gcm)
    encrypt = CryptoBackendXmlSec1.encrypt_assertion
    CryptoBackendXmlSec1.encrypt_assertion = lambda self, statement, key, template, _type=None, *rest, **more: encrypt(
        self, statement, key, template, "aes-128", *rest, **more
    )


def name_id():
    return saml.NameID(format=saml.NAMEID_FORMAT_PERSISTENT, text="pysaml2-person")


def answer(idp, given):
    request = parsed(idp, given["request"], given["metadata"])
    response = idp.create_authn_response(
        {"eduPersonPrincipalName": ["alice@corp.example"], "displayName": ["Alice"], "uid": ["alice"]},
        in_response_to=request.id,
        destination=request.assertion_consumer_service_url,
        sp_entity_id=given.get("audience", request.issuer.text),
        name_id=name_id(),
        authn={"class_ref": saml.AUTHN_PASSWORD_PROTECTED, "authn_auth": ENTITY_ID},
        sign_alg=SIG_RSA_SHA256,
        digest_alg=DIGEST_SHA256,
        **given["how"],
    )
    return base64.b64encode(str(response).encode()).decode()


def logout(idp, given):
    _, request = idp.create_logout_request(given["slo"], given["entityId"], name_id=name_id(), sign=False)
    sent = idp.apply_binding(
        BINDING_HTTP_REDIRECT, str(request), given["slo"], "theirs", sign=True, sigalg=SIG_RSA_SHA256
    )
    return dict(sent["headers"])["Location"]


def read_logout_answer(idp, given):
    query = {name: values[0] for name, values in parse_qs(urlsplit(given["url"]).query).items()}
    return idp.parse_logout_request_response(query["SAMLResponse"], BINDING_HTTP_REDIRECT).response.status.status_code.value


COMMANDS = {"answer": answer, "logout": logout, "logout-answer": read_logout_answer}

encrypt_by_aes()
for line in sys.stdin:
    given = json.loads(line)
    if given["command"] == "metadata":
        result = str(entity_descriptor(configuration(None)))
    else:
        idp = Server(config=configuration(given["metadata"], "SAMLRequest" in given.get("request", {})))
        result = COMMANDS[given["command"]](idp, given)
    print(json.dumps(result), flush=True)
