"""What each program begins with: the partner's registration, the connection to the bank, and the customer's way there and
back. In a product this is your configuration, your HTTP client and your callback handler."""

import json
import sys
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet, import_key

# Authlib's name for "the client_id, and nothing else in the form": the certificate of the connection does the rest.
BY_CERTIFICATE = "none"


class Bank:
    """The bank as `<program> <demo.json> <client_id>` finds it."""

    def __init__(self):
        path, client_id = sys.argv[1:3]
        with open(path, encoding="utf-8") as file:
            demo = json.load(file)
        self.partner = next(partner for partner in demo["partners"] if partner["client_id"] == client_id)
        method = self.partner["auth_method"]
        by_tls = method in ("tls_client_auth", "self_signed_tls_client_auth")
        # Authlib has no DPoP: take tokens that are bound to the certificate.
        if self.partner["token_binding"] == "dpop":
            raise SystemExit("Authlib does not make DPoP proofs")
        shows_certificate = by_tls or self.partner["token_binding"] == "mtls"

        key = self.partner["private_jwk"]
        self.session = OAuth2Session(
            client_id,
            import_key(key) if key else self.partner["client_secret"],
            token_endpoint_auth_method=BY_CERTIFICATE if by_tls else method,
            revocation_endpoint_auth_method=BY_CERTIFICATE if by_tls else method,
            scope=" ".join(self.partner["scopes"]),
            redirect_uri=self.partner["redirect_uris"][0],
            code_challenge_method="S256",
            verify=demo["ca_certificate"],
            # Tokens are bound to the certificate of the connection: show it in every call.
            cert=(self.partner["certificate_pem"], self.partner["key_pem"]) if shows_certificate else None,
        )
        self.metadata = self._discover(demo["issuer"])
        # With a certificate, the endpoints are those of RFC 8705, 5.
        self.endpoints = {**self.metadata, **(self.metadata["mtls_endpoint_aliases"] if shows_certificate else {})}
        self.api = self.metadata["protected_resources"][0]
        if key:
            # The audience is the issuer, not the token endpoint that Authlib would say by itself.
            issuer = self.metadata["issuer"]
            self.session.register_client_auth_method(PrivateKeyJWT(issuer, headers={"kid": key["kid"]}, alg=key["alg"]))
        say("discovered", issuer=self.metadata["issuer"], authentication=method, binding=self.partner["token_binding"])

    def _discover(self, issuer):
        answer = self.session.get(get_well_known_url(issuer, external=True), withhold_token=True)
        answer.raise_for_status()
        metadata = AuthorizationServerMetadata(answer.json())
        metadata.validate()
        if metadata["issuer"] != issuer:
            raise ValueError(f"{issuer} says that it is {metadata['issuer']}")
        return metadata

    def push(self, url):
        """Pushes the parameters of an authorization URL (RFC 9126), which Authlib does not do by itself; answers the URL
        for the customer."""
        method = self.session.token_endpoint_auth_method
        form = dict(parse_qsl(urlsplit(url).query))
        if method == BY_CERTIFICATE:
            # Authlib puts it there, and twice is an error.
            del form["client_id"]
        answer = self.session.post(
            self.endpoints["pushed_authorization_request_endpoint"],
            data=form,
            auth=self.session.client_auth(method),
            withhold_token=True,
        )
        if answer.status_code != 201:
            raise SystemExit(f"the request was refused: {answer.text}")
        pushed = {"client_id": self.session.client_id, "request_uri": answer.json()["request_uri"]}
        return f"{self.metadata['authorization_endpoint']}?{urlencode(pushed)}"

    def check_issuer(self, returned):
        """RFC 9207, which Authlib leaves to you: an answer of another server is not ours."""
        if parse_qs(urlsplit(returned).query).get("iss") != [self.metadata["issuer"]]:
            raise SystemExit("the answer is not from this bank")

    def id_token(self, token, nonce):
        """The verified claims of the id_token: signature, iss, aud, exp, nonce, at_hash."""
        answer = self.session.get(self.metadata["jwks_uri"], withhold_token=True)
        answer.raise_for_status()
        verified = jwt.decode(
            token["id_token"],
            KeySet.import_key_set(answer.json()),
            algorithms=self.metadata["id_token_signing_alg_values_supported"],
        )
        claims = CodeIDToken(
            verified.claims,
            verified.header,
            {
                "iss": {"essential": True, "value": self.metadata["issuer"]},
                "aud": {"essential": True, "value": self.session.client_id},
            },
            {"nonce": nonce, "client_id": self.session.client_id, "access_token": token["access_token"]},
        )
        claims.validate(leeway=10)
        return dict(claims)


def send_customer(url):
    """Sends the customer to the bank, and answers the address at which the customer came back."""
    print(f"OPEN {url}", flush=True)
    returned = sys.stdin.readline().strip()
    if not returned:
        raise SystemExit("the customer did not come back")
    return returned


def say(event, **details):
    """Prints one line of JSON about what happened."""
    print(json.dumps({"event": event, **details}, ensure_ascii=False), flush=True)
