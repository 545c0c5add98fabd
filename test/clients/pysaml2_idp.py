"""An identity provider of pysaml2: prints its metadata and responses of several kinds, as one JSON line."""

import json
import sys

from saml2 import BINDING_HTTP_REDIRECT, saml
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA1, DIGEST_SHA256, SIG_RSA_SHA1, SIG_RSA_SHA256

directory, recipient, role, provider = sys.argv[1:]
ENTITY_ID = "https://pysaml2.example.com/idp"
AWS = "https://aws.amazon.com/SAML/Attributes/"


def certificate(name):
    with open(f"{directory}/{name}.crt") as file:
        return "".join(line.strip() for line in file if "CERTIFICATE" not in line)


service_provider = f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{recipient}">
<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="encryption"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
<ds:X509Certificate>{certificate("sp")}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{recipient}" index="0"/>
</md:SPSSODescriptor></md:EntityDescriptor>"""
config = IdPConfig().load(
    {
        "entityid": ENTITY_ID,
        "service": {
            "idp": {
                "endpoints": {"single_sign_on_service": [("https://pysaml2.example.com/sso", BINDING_HTTP_REDIRECT)]},
                "policy": {"default": {"lifetime": {"minutes": 5}, "name_form": saml.NAME_FORMAT_URI}},
            }
        },
        "key_file": f"{directory}/idp.key",
        "cert_file": f"{directory}/idp.crt",
        "xmlsec_binary": "/usr/bin/xmlsec1",
        "metadata": {"inline": [service_provider]},
    }
)
idp = Server(config=config)


def response(**how):
    answer = idp.create_authn_response(
        {
            AWS + "Role": [f"{role},{provider}"],
            AWS + "RoleSessionName": ["alice"],
            AWS + "PrincipalTag:team": ["blue"],
            "eduPersonAffiliation": ["staff", "member"],
        },
        in_response_to=None,
        destination=recipient,
        sp_entity_id=recipient,
        name_id=saml.NameID(format=saml.NAMEID_FORMAT_PERSISTENT, text="pysaml2-person"),
        authn={"class_ref": saml.AUTHN_PASSWORD_PROTECTED, "authn_auth": ENTITY_ID},
        **{"sign_alg": SIG_RSA_SHA256, "digest_alg": DIGEST_SHA256, **how},
    )
    return str(answer)


json.dump(
    {
        "metadata": str(entity_descriptor(config)),
        "assertion signed": response(sign_assertion=True, sign_response=False),
        "response signed": response(sign_assertion=False, sign_response=True),
        "both signed": response(sign_assertion=True, sign_response=True),
        "for boto3": response(sign_assertion=True, sign_response=True),
        "encrypted by Triple DES": response(sign_assertion=True, sign_response=True, encrypt_assertion=True),
        "unsigned": response(sign_assertion=False, sign_response=False),
        "SHA-1": response(sign_assertion=True, sign_response=False, sign_alg=SIG_RSA_SHA1, digest_alg=DIGEST_SHA1),
    },
    sys.stdout,
)
