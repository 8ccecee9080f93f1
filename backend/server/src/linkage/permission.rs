//! 手順5 「許可」: what the customer permits becomes a grant, pending until its code is redeemed.
//! Not here: what may be permitted (`renkei_procedure`), and the other acts (`acts`).

use super::continuation::{Continued, continued};
use super::inquiry_accounts::{KnownAccounts, known_accounts};
use super::{StoredLinkage, reply};
use crate::audit::Event;
use crate::runs::{Moved, StoredOutcome, Turn};
use crate::services::App;
use crate::web::problem::Problem;
use renkei_oauth::authorization::AuthorizationRequest;
use renkei_oauth::authorization_details::AuthorizationDetails;
use renkei_oauth::opaque::OpaqueValue;
use renkei_oauth::openid::ClaimsRequest;
use renkei_oauth::openid::authentication_context::ACR;
use renkei_oauth::scope::Scopes;
use renkei_procedure::identity::{AccountId, GrantId, LinkageId, PartnerId, PublicAccountId};
use renkei_procedure::linkage::Step;
use renkei_procedure::permission::Permitted;
use renkei_procedure::reference::GrantReference;
use renkei_procedure::time::JapanDate;
use renkei_shared::linkage::Relation;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::Business;
use renkei_store::{Effects, JsonText, NewGrant};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the customer has decided.
pub(super) struct Decision {
    pub(super) accounts: Vec<AccountId>,
    /// 意思確認.
    pub(super) intent: bool,
    /// The last day that the page has shown.
    pub(super) shown: Option<JapanDate>,
}

/// The act. Where the permission to be continued has ended meanwhile, the linkage ends with it.
pub(super) async fn permission(
    app: &App,
    id: LinkageId,
    turn: &mut Turn<'_, StoredLinkage>,
    event: Event,
    decision: &Decision,
) -> Result<(Moved, Event), Problem> {
    let (accounts, continued) = match (turn.state.linkage.step(), turn.state.linkage.user()) {
        (Step::Permission { .. }, Some(user)) => match continued(app, &turn.state, user, turn.now).await? {
            Ok(continued) => (known_accounts(app, user).await?, continued),
            Err(why) => {
                turn.state.linkage.give_up(why, turn.now)?;
                return Ok((
                    Moved::to(StoredOutcome::View),
                    event.renamed("permission_in_vain"),
                ));
            }
        },
        // Not the step for it: let the rule say so.
        _ => (KnownAccounts::default(), None),
    };
    let kept = continued.as_ref().and_then(Continued::kept);
    let permitted = turn.state.linkage.permit(
        &decision.accounts,
        decision.intent,
        &accounts.standing,
        kept.as_ref(),
        decision.shown,
        turn.now,
    )?;
    let grant = grant(app, id, &turn.state, &permitted, &accounts, continued.as_ref()).await?;
    let event = event
        .detail("accounts", grant.accounts.len())
        .detail("grant", grant.id.to_string())
        .detail("reference", grant.reference.as_str())
        .detail(
            "relation",
            serde_json::to_value(continued.map_or(Relation::Anew, |continued| continued.relation))?,
        );
    turn.state.grant = Some(grant.id);
    let code = reply::next_code(app, id, &turn.values, &mut turn.state, turn.now).await?;
    let moved = Moved {
        effects: Effects {
            grant: Some(grant),
            code: Some(code),
            ..Effects::default()
        },
        ..Moved::to(StoredOutcome::HandOver)
    };
    Ok((moved, event))
}

async fn grant(
    app: &App,
    id: LinkageId,
    state: &StoredLinkage,
    permitted: &Permitted,
    accounts: &KnownAccounts,
    continued: Option<&Continued>,
) -> Result<NewGrant, Problem> {
    let merged = continued.filter(|continued| continued.relation == Relation::Merge);
    let scopes = granted_scopes(&state.request, permitted.businesses(), merged)?;
    let ordered = in_order(permitted, accounts);
    let partner = &state.linkage.terms().partner;
    let is_rich = state.request.authorization_details().is_some()
        || merged.is_some_and(|merged| merged.grant.authorization_details.is_some());
    let details = if is_rich {
        let ids = public_ids(app, partner, &ordered).await?;
        AuthorizationDetails::of_grant(&scopes, ids, permitted.from_date().map(JapanDate::date))
    } else {
        None
    };
    Ok(NewGrant {
        id: GrantId::from_random(app.ambient.random()?),
        public_id: match continued {
            Some(continued) => continued.grant.public_id.clone(),
            None => public_grant_id(app)?,
        },
        reference: GrantReference::make(
            permitted.period().permitted_at().japan_date(),
            app.ambient.random()?,
        ),
        user_id: permitted.user(),
        partner_id: partner.clone(),
        linkage_id: id,
        continues: continued.map(|continued| continued.grant.id),
        businesses: permitted
            .businesses()
            .iter()
            .map(|business| business.scope().to_owned())
            .collect(),
        scope: scopes.to_string(),
        authorization_details: details.as_ref().map(JsonText::encode).transpose()?,
        from_date: permitted.from_date(),
        claims: granted_claims(&state.request, merged)?,
        auth_time: permitted.logged_in_at(),
        acr: ACR.to_owned(),
        accounts: ordered,
        permitted_at: permitted.period().permitted_at(),
        expires_at: permitted.period().expires_at(),
    })
}

/// The permitted accounts in the order of the page, which is the cooperative's; after them those of an earlier permission
/// that the core no longer lists.
fn in_order(permitted: &Permitted, accounts: &KnownAccounts) -> Vec<AccountId> {
    let listed = accounts.standing.all();
    let known = listed
        .iter()
        .filter(|account| permitted.accounts().contains(account));
    let others = permitted
        .accounts()
        .iter()
        .filter(|account| !listed.contains(account));
    known.chain(others).copied().collect()
}

/// The scope of the tokens: `accounts` and whatever else was asked for that is no business, and the businesses
/// permitted; with all that the permission held which this one is merged with.
fn granted_scopes(
    request: &AuthorizationRequest,
    permitted: &BTreeSet<Business>,
    merged: Option<&Continued>,
) -> Result<Scopes, Problem> {
    let asked = request
        .scopes()
        .iter()
        .filter(|scope| Business::from_scope(scope).is_none_or(|business| permitted.contains(&business)));
    let before = merged
        .into_iter()
        .flat_map(|merged| merged.grant.scope.split(' '));
    Scopes::from_tokens(asked.chain(before)).map_err(|_| ProblemCode::InternalError.into())
}

/// What is to be said of the customer: as asked for now, and in UserInfo what the permission held besides which this one
/// is merged with.
fn granted_claims(
    request: &AuthorizationRequest,
    merged: Option<&Continued>,
) -> Result<Option<JsonText>, Problem> {
    let asked = request.authentication().claims();
    let before = merged.and_then(|merged| merged.grant.claims.as_ref());
    let before: Option<ClaimsRequest> = before.map(JsonText::decode).transpose()?;
    let claims = match before {
        Some(before) => asked.clone().with_userinfo_of(&before),
        None => asked.clone(),
    };
    Ok(Some(JsonText::encode(&claims)?))
}

/// The ids by which the partner knows, from now on at the latest, these accounts.
async fn public_ids(app: &App, partner: &PartnerId, accounts: &[AccountId]) -> Result<Vec<Uuid>, Problem> {
    let candidates = accounts
        .iter()
        .map(|account| Ok((*account, PublicAccountId::from_random(app.ambient.random()?))))
        .collect::<Result<Vec<_>, Problem>>()?;
    let known = app
        .store
        .partner_accounts()
        .public_ids(partner, &candidates)
        .await?;
    Ok(known.into_values().map(|id| id.as_uuid()).collect())
}

/// The name of a new grant, of which its partner can tell nothing but the grant.
fn public_grant_id(app: &App) -> Result<String, Problem> {
    Ok(OpaqueValue::from_secret_bytes(&app.ambient.random()?)
        .expose()
        .to_owned())
}
