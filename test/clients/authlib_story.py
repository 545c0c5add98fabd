"""An app that signs people in by Authlib with what Authlib does unasked; the test plays the browser between the two calls."""

import json
import sys

import requests
from authlib.integrations.requests_client import OAuth2Session

step, issuer, client_id, client_secret, redirect_uri, *rest = sys.argv[1:]
metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=30).json()
session = OAuth2Session(
    client_id,
    client_secret,
    redirect_uri=redirect_uri,
    scope="openid profile offline_access",
    code_challenge_method="S256",
)

if step == "begin":
    (verifier,) = rest
    url, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, prompt="consent"
    )
    print(json.dumps({"url": url, "state": state}))
else:
    verifier, answer = rest
    token = session.fetch_token(metadata["token_endpoint"], authorization_response=answer, code_verifier=verifier)
    person = session.get(metadata["userinfo_endpoint"]).json()
    fresh = session.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    print(json.dumps({"person": person["preferred_username"], "renewed": fresh["access_token"] != token["access_token"]}))
