"""FAPI 2.0 Security Profile: the code flow with PAR, PKCE and OpenID Connect, by private_key_jwt, tls_client_auth or
self_signed_tls_client_auth, with tokens bound to the certificate.

    python linkage.py ../../../target/demo/demo.json pkjwt-mtls
"""

from authlib.common.security import generate_token

from bank import Bank, send_customer
from permission import say_customer, say_tokens, use

bank = Bank()

# New for every customer; keep them in the customer's session at your place.
code_verifier = generate_token(64)
nonce = generate_token(32)
url, state = bank.session.create_authorization_url(
    bank.metadata["authorization_endpoint"], code_verifier=code_verifier, nonce=nonce
)
returned = send_customer(bank.push(url))

bank.check_issuer(returned)
token = bank.session.fetch_token(
    bank.endpoints["token_endpoint"], authorization_response=returned, state=state, code_verifier=code_verifier
)
say_tokens("tokens", token)
say_customer(bank, token, nonce)

use(bank)
