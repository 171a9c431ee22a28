"""An OpenID provider of our own on loopback: it lets in whoever its `user` is, and can be made to answer wrongly."""

import base64
import secrets
import time
from hashlib import sha256
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """`user` are the claims of who signs in there; `spoil` changes the id token's claims before they are signed."""

    def __init__(self, client_id="desk", client_secret="kept from browsers"):
        self.client_id, self.client_secret = client_id, client_secret
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.user = {"sub": "u1", "email": "ada@desk.example", "email_verified": True, "name": "Ada Byron"}
        self.spoil, self.sign_with, self.url, self.codes, self.asked = {}, self.key, "", {}, []
        self.app = Flask("provider")
        self.app.get("/.well-known/openid-configuration")(self.describe)
        self.app.get("/keys")(lambda: jsonify({"keys": [self.key.as_dict(private=False)]}))
        self.app.get("/authorize")(self.authorize)
        self.app.post("/token")(self.give_token)

    def describe(self):
        return jsonify(
            issuer=self.url, authorization_endpoint=f"{self.url}/authorize", token_endpoint=f"{self.url}/token",
            jwks_uri=f"{self.url}/keys", response_types_supported=["code"], subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"], code_challenge_methods_supported=["S256"],
            token_endpoint_auth_methods_supported=["client_secret_basic"],
        )  # fmt: skip

    def authorize(self):
        asked = request.args
        self.asked.append(asked.to_dict())
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == (
            "code",
            self.client_id,
            "S256",
        )
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return redirect(asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]}))

    def give_token(self):
        asked = self.codes.pop(request.form.get("code"), None)
        basic = request.authorization
        challenge = sha256(request.form.get("code_verifier", "").encode()).digest()
        right = (
            asked is not None
            and (basic.username, basic.password) == (self.client_id, self.client_secret)
            and request.form["redirect_uri"] == asked["redirect_uri"]
            and base64.urlsafe_b64encode(challenge).decode().rstrip("=") == asked["code_challenge"]
        )
        if not right:
            return jsonify(error="invalid_grant"), 400
        moment = int(time.time())
        claims = {"iss": self.url, "aud": self.client_id, "iat": moment, "exp": moment + 300, "nonce": asked["nonce"]}
        claims |= self.user | self.spoil
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.sign_with)
        return jsonify(access_token=secrets.token_urlsafe(12), token_type="Bearer", expires_in=300, id_token=token)
