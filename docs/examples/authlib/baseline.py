"""The `baseline` profile, for partners that the cooperative has named: a client secret (client_secret_basic or
client_secret_post), no PAR, tokens that are bound to nothing. PKCE and the rest are as ever.

    python baseline.py ../../../target/demo/demo.json post-baseline
"""

from authlib.common.security import generate_token

from bank import Bank, send_customer
from permission import say_tokens, use

bank = Bank()
code_verifier = generate_token(64)
url, state = bank.session.create_authorization_url(bank.metadata["authorization_endpoint"], code_verifier=code_verifier)
returned = send_customer(url)
bank.check_issuer(returned)
token = bank.session.fetch_token(
    bank.endpoints["token_endpoint"], authorization_response=returned, state=state, code_verifier=code_verifier
)
say_tokens("tokens", token)

use(bank)
