"""What a partner does with its tokens while the permission lasts, and how it gives them back."""

from bank import say

SECRETS = ("access_token", "refresh_token", "id_token")


def say_tokens(event, token):
    """Prints a token response without its secrets."""
    rest = {name: value for name, value in token.items() if name not in SECRETS}
    say(event, **rest, has_refresh_token="refresh_token" in token)


def say_customer(bank, token, nonce):
    """Verifies the id_token, asks UserInfo, and prints what both say of the customer."""
    claims = bank.id_token(token, nonce)
    say("id_token", claims=claims)
    userinfo = bank.session.get(bank.endpoints["userinfo_endpoint"]).json()
    # OpenID Connect Core 1.0, 5.3.2: an answer about somebody else must not be used.
    if userinfo["sub"] != claims["sub"]:
        raise SystemExit("the UserInfo is about somebody else")
    say("userinfo", claims=userinfo)


def use(bank):
    """Reads accounts and statement, refreshes, looks the token up, and ends the permission."""
    session, endpoints = bank.session, bank.endpoints

    def get(path, **parameters):
        answer = session.get(f"{bank.api}{path}", params=parameters)
        answer.raise_for_status()
        return answer.json()

    accounts = get("/accounts")["accounts"]
    say("accounts", accounts=accounts)
    account = next(account for account in accounts if account["status"] == "available")
    path = f"/accounts/{account['account_id']}/statement"
    page = get(path)
    entries = page["entries"]
    while page["next_cursor"]:
        page = get(path, cursor=page["next_cursor"])
        entries += page["entries"]
    first = entries[0] if entries else None
    say("statement", account_id=account["account_id"], **{"from": page["from"], "to": page["to"]}, count=len(entries), first=first)

    # The scope that was granted, which may be less than what was asked for: more is never given at a refresh.
    refresh_token = session.token["refresh_token"]
    session.refresh_token(endpoints["token_endpoint"], scope=session.token["scope"])
    say_tokens("refreshed", session.token)
    say("accounts_after_refresh", count=len(get("/accounts")["accounts"]))

    access_token = session.token["access_token"]
    answer = session.introspect_token(endpoints["introspection_endpoint"], access_token)
    say("introspection", **answer.json())

    # A refresh token ends the whole permission, its access tokens included.
    refresh_token = session.token.get("refresh_token", refresh_token)
    session.revoke_token(endpoints["revocation_endpoint"], refresh_token).raise_for_status()
    active = session.introspect_token(endpoints["introspection_endpoint"], access_token).json()["active"]
    refused = session.get(f"{bank.api}/accounts")
    say("revoked", active=active, refusal={"status": refused.status_code, "error": refused.json()["code"]})
