"""The `baseline` profile, for partners that the cooperative has named: a client secret (client_secret_basic or
client_secret_post), no PAR, tokens that are bound to nothing. PKCE and the rest are as ever.

    python baseline.py ../../../target/demo/demo.json post-baseline
"""

from authlib.common.security import generate_token

from bank import Bank, send_customer
from permission import say_customer, say_tokens, use

bank = Bank()
code_verifier = generate_token(64)
# With OpenID Connect, where the partner is registered for it.
nonce = generate_token(32) if "openid" in bank.partner["scopes"] else None
url, state = bank.session.create_authorization_url(
    bank.metadata["authorization_endpoint"], code_verifier=code_verifier, **({"nonce": nonce} if nonce else {})
)
returned = send_customer(url)
bank.check_issuer(returned)
token = bank.session.fetch_token(
    bank.endpoints["token_endpoint"], authorization_response=returned, state=state, code_verifier=code_verifier
)
say_tokens("tokens", token)
if nonce:
    say_customer(bank, token, nonce)

use(bank)
