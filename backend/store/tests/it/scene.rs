//! People, partners and things that the tests share, and a way to let many calls race.
//! Not here: assertions.

use renkei_procedure::identity::{
    AccountId, CoreAccountKey, CoreUserKey, GrantId, LinkageId, PartnerId, UserId,
};
use renkei_procedure::reference::GrantReference;
use renkei_procedure::time::{Instant, JapanDate};
use renkei_store::testing::TestDatabase;
use renkei_store::{
    BusinessesMode, ClaimOutcome, ClaimRequest, ClaimedRun, Completion, CookieMark, CoreAccountRow, Effects,
    JsonText, NewAccessToken, NewAuthorizationCode, NewGrant, NewRefreshToken, NewRun, NewTokens, NewUser,
    PartnerProfile, PartnerRecord, Redemption, RunUpdate, Sha256Digest, Store, StoreError, StoreOptions,
    StoredBinding, Undisclosed, UserRole,
};
use serde_json::json;
use std::future::Future;
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

/// How many calls race.
pub(crate) const RACERS: usize = 20;

pub(crate) fn at(seconds: i64) -> Instant {
    Instant::from_unix_seconds(1_795_000_000 + seconds)
}

pub(crate) fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

pub(crate) fn digest(number: u8) -> Sha256Digest {
    Sha256Digest::new([number; 32])
}

pub(crate) fn json(text: &str) -> JsonText {
    JsonText::encode(&json!({ "text": text })).unwrap()
}

pub(crate) fn partner_id() -> PartnerId {
    PartnerId::new("kaikei")
}

pub(crate) fn new_user(number: u128, login_name: &str) -> NewUser {
    NewUser {
        id: id(number),
        login_name: login_name.to_owned(),
        name: "空知 太郎".to_owned(),
        company: "空知商事株式会社".to_owned(),
        role: UserRole::Master,
        may_link: true,
        core_user: CoreUserKey::new(login_name),
        password_hash: Undisclosed::new("$argon2id$v=19$hash"),
        password_expires_at: None,
    }
}

pub(crate) fn new_partner(client_id: &str) -> PartnerRecord {
    PartnerRecord {
        client_id: PartnerId::new(client_id),
        name: "会計ソフト".to_owned(),
        legal_name: "会計ソフト株式会社".to_owned(),
        registration_number: "北海道財務局長（電代）第1号".to_owned(),
        purpose: "記帳".to_owned(),
        complaint_contact: "011-000-0000".to_owned(),
        profile: PartnerProfile::Fapi2,
        businesses: BusinessesMode::Choose,
        registration: json("registration"),
        certificate_subject: None,
        secret_hash: None,
        registration_token_hash: None,
        registered_by: None,
        sector: "kaikei.example".to_owned(),
        registration_terms: None,
        created_at: at(0),
        suspended_at: None,
    }
}

pub(crate) fn core_account(number: u128, core_key: &str) -> CoreAccountRow {
    CoreAccountRow {
        id_if_new: id(number),
        core_account: CoreAccountKey::new(core_key),
        branch_code: "001".to_owned(),
        branch_name: "インターネット支店".to_owned(),
        account_type: "1".to_owned(),
        account_number: format!("{number:07}"),
        holder_name: "ソラチシヨウジ（カ".to_owned(),
        memo: Some("口座メモ5678901234567890".to_owned()),
    }
}

pub(crate) const USER: u128 = 1;
pub(crate) const FIRST_ACCOUNT: u128 = 101;
pub(crate) const SECOND_ACCOUNT: u128 = 102;

pub(crate) fn user() -> UserId {
    id(USER)
}

pub(crate) fn first_account() -> AccountId {
    id(FIRST_ACCOUNT)
}

pub(crate) fn second_account() -> AccountId {
    id(SECOND_ACCOUNT)
}

/// One user with two accounts, and one partner.
pub(crate) async fn settle(store: &Store) {
    store
        .users()
        .upsert(&new_user(USER, "sorachi-taro"))
        .await
        .unwrap();
    store.partners().upsert(&new_partner("kaikei")).await.unwrap();
    let listed = [
        core_account(FIRST_ACCOUNT, "core-1"),
        core_account(SECOND_ACCOUNT, "core-2"),
    ];
    store.accounts().refresh(user(), &listed, at(0)).await.unwrap();
}

/// The databases, settled.
pub(crate) async fn settled() -> Vec<TestDatabase> {
    let databases = TestDatabase::each().await.unwrap();
    for database in &databases {
        settle(database.store()).await;
    }
    databases
}

pub(crate) fn new_run(number: u8) -> NewRun {
    NewRun {
        id: id::<LinkageId>(number.into()).into(),
        partner_id: Some(partner_id()),
        user_id: None,
        request_uri_hash: None,
        key_id: Some("k1".to_owned()),
        cookie: CookieMark {
            counter: 0,
            hash: digest(number),
        },
        state: json("certificate_login"),
        started_at: at(0),
        expires_at: at(600),
    }
}

pub(crate) fn claim(run: &NewRun, version: u64, act_id: &'static str, seconds: i64) -> ClaimRequest<'static> {
    ClaimRequest {
        run: run.id,
        version,
        act_id,
        kind: "password",
        now: at(seconds),
        lease_until: at(seconds + 30),
    }
}

pub(crate) async fn claimed(store: &Store, request: ClaimRequest<'_>) -> Box<ClaimedRun> {
    match store.runs().claim(request).await.unwrap() {
        ClaimOutcome::Claimed(claimed) => claimed,
        other => panic!("not claimed: {other:?}"),
    }
}

/// The 受付番号 of the grant of this number.
pub(crate) fn reference(number: u128) -> GrantReference {
    format!("20240229-{number:08}").parse().unwrap()
}

pub(crate) fn new_grant(number: u128, linkage: u128) -> NewGrant {
    NewGrant {
        id: id(number),
        public_id: format!("public-{number}"),
        reference: reference(number),
        user_id: user(),
        partner_id: partner_id(),
        linkage_id: id(linkage),
        continues: None,
        businesses: vec!["balance".to_owned(), "statement".to_owned()],
        scope: "accounts balance statement".to_owned(),
        authorization_details: Some(json("granted")),
        from_date: JapanDate::parse("2024-02-29"),
        claims: JsonText::encode(&["acr"]).ok(),
        auth_time: at(90),
        acr: "urn:renkei:certificate+password".to_owned(),
        accounts: vec![second_account(), first_account()],
        permitted_at: at(100),
        expires_at: at(1_000_000),
    }
}

pub(crate) fn new_code(number: u8, grant: u128, linkage: u128) -> NewAuthorizationCode {
    NewAuthorizationCode {
        code_hash: digest(number),
        grant_id: id(grant),
        linkage_id: id(linkage),
        client_id: partner_id(),
        issued_at: at(100),
        expires_at: at(160),
    }
}

pub(crate) fn new_tokens(number: u8, grant: u128) -> NewTokens {
    NewTokens {
        access: NewAccessToken {
            token_hash: digest(number),
            grant_id: Some(id(grant)),
            client_id: partner_id(),
            binding: StoredBinding::Certificate(digest(250)),
            scope: "accounts balance statement".to_owned(),
            authorization_details: None,
            issued_at: at(110),
            expires_at: at(710),
        },
        refresh: Some(NewRefreshToken {
            token_hash: digest(number + 100),
            grant_id: id(grant),
            client_id: partner_id(),
            binding: StoredBinding::Certificate(digest(250)),
            issued_at: at(110),
        }),
        audit: Vec::new(),
    }
}

/// A run whose one act permits this grant, with a code of the run's number.
pub(crate) async fn permit_grant(
    store: &Store,
    number: u8,
    grant: NewGrant,
) -> Result<Completion, StoreError> {
    let run = new_run(number);
    store.runs().insert(&run).await?;
    let act = claimed(store, claim(&run, 1, "permission", 100)).await;
    let update = RunUpdate::of(act.record(), json("returning"));
    let code = new_code(number, grant.id.as_uuid().as_u128(), number.into());
    let effects = Effects {
        grant: Some(grant),
        code: Some(code),
        ..Effects::default()
    };
    store
        .runs()
        .complete(&act, update, &json("permitted"), &effects, at(100))
        .await
}

/// A run whose one act permits: a pending grant of the number 1,000 + n and a code of the hash n.
pub(crate) async fn permit(store: &Store, number: u8) -> GrantId {
    let run = NewRun {
        id: id::<LinkageId>(u128::from(number)).into(),
        ..new_run(number)
    };
    store.runs().insert(&run).await.unwrap();
    let claimed = claimed(store, claim(&run, 1, "permission", 100)).await;
    let update = RunUpdate::of(claimed.record(), json("returning"));
    let grant = 1_000 + u128::from(number);
    let effects = Effects {
        grant: Some(new_grant(grant, number.into())),
        code: Some(new_code(number, grant, number.into())),
        ..Effects::default()
    };
    store
        .runs()
        .complete(&claimed, update, &json("permitted"), &effects, at(100))
        .await
        .unwrap();
    id(grant)
}

/// A permission whose code is redeemed: see [`permit`]; its access token has the hash n, its refresh token n + 100.
pub(crate) async fn activate(store: &Store, number: u8) -> GrantId {
    let grant = permit(store, number).await;
    let tokens = new_tokens(number, 1_000 + u128::from(number));
    let redeemed = store
        .authorization_codes()
        .redeem(digest(number), &partner_id(), &tokens, at(110))
        .await
        .unwrap();
    assert!(matches!(redeemed, Redemption::Redeemed(_)), "{redeemed:?}");
    grant
}

/// Lets calls race, half of them from a second node on the same database.
pub(crate) async fn race<T, F, Fut>(database: &TestDatabase, call: F) -> Vec<T>
where
    T: Send + 'static,
    F: Fn(Store, usize) -> Fut,
    Fut: Future<Output = T> + Send + 'static,
{
    let options = StoreOptions {
        patience: Duration::from_secs(30),
        ..StoreOptions::default()
    };
    let other = Store::connect(database.url(), &options).await.unwrap();
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let store = if number % 2 == 0 {
            database.store().clone()
        } else {
            other.clone()
        };
        racers.spawn(call(store, number));
    }
    let results = racers.join_all().await;
    other.close().await.unwrap();
    results
}
