//! 「連携中のサービス」: its own login, the list, withdrawal at once.
//! Not here: giving permissions (`journey`).

use crate::actors::{Answer, Browser, Partner, SORACHI_PINS, act_id, bank};
use renkei::testing::TestBank;
use renkei_store::AuditFilter;
use serde_json::{Value, json};
use std::time::Duration;

const COOKIE: &str = "__Host-renkei-customer";

struct Visit<'b> {
    browser: &'b Browser,
    version: u64,
}

impl<'b> Visit<'b> {
    async fn start(browser: &'b Browser) -> Self {
        let view = browser.post("/api/customer-session/start", &json!({})).await.ok();
        assert_eq!(view["step"], "certificate_login");
        Self { browser, version: 1 }
    }

    async fn attempt_as(&self, act: &str, act_id: &str, data: &Value) -> Answer {
        let mut body = json!({ "version": self.version, "act_id": act_id });
        body.as_object_mut()
            .unwrap()
            .extend(data.as_object().unwrap().clone());
        self.browser
            .post(&format!("/api/customer-session/{act}"), &body)
            .await
    }

    async fn attempt(&self, act: &str, data: Value) -> Answer {
        self.attempt_as(act, &act_id(), &data).await
    }

    async fn act(&mut self, act: &str, data: Value) -> Value {
        let answer = self.attempt(act, data).await.ok();
        self.version = answer["version"].as_u64().unwrap_or(self.version + 1);
        answer
    }

    async fn look(&self) -> Answer {
        self.browser.get("/api/customer-session").await
    }

    async fn certificate(&mut self) -> Value {
        let redirect = self.act("certificate", json!({})).await;
        let back = self
            .browser
            .show_certificate(redirect["redirect_to"].as_str().unwrap())
            .await
            .location();
        let (page, code) = back.split_once("?certificate_result=").unwrap();
        assert!(page.ends_with("/linkages"), "{page}");
        self.act("certificate-result", json!({ "code": code })).await
    }

    async fn log_in(&mut self, bank: &TestBank, login_name: &str) -> Value {
        let view = self.certificate().await;
        assert_eq!(view["step"], "password", "{view}");
        let password = &bank.user(login_name).unwrap().password;
        let view = self.act("password", json!({ "password": password })).await;
        assert_eq!(view["step"], "linkages", "{view}");
        view
    }
}

#[tokio::test]
async fn before_the_password_only_what_matters_to_the_list_is_said() {
    let bank = bank().await;
    let down = renkei_bank::simulator::Faults {
        down: true,
        ..renkei_bank::simulator::Faults::default()
    };
    bank.simulator().set_faults(down).unwrap();
    let config = bank.config().display().to_string();
    let command = ["user", "password-expiry", "--config", &config, "sorachi-taro"];
    let expire = |day| [&command[..], &["--last-day", day]].concat();
    bank.renkei(&expire("2026-11-25")).await.unwrap();
    let browser = Browser::of(&bank, "sorachi-taro");
    let mut visit = Visit::start(&browser).await;
    let view = visit.certificate().await;
    let notices = view["data"]["notices"].as_array().unwrap();
    assert_eq!(notices.len(), 1, "nothing of the core: {view}");
    assert_eq!(notices[0]["code"], "password_expiring");
    bank.renkei(&expire("2026-11-01")).await.unwrap();
    let password = &bank.user("sorachi-taro").unwrap().password;
    visit
        .attempt("password", json!({ "password": password }))
        .await
        .refused(403, "password_expired");
}

#[tokio::test]
async fn the_list_shows_each_permission_and_withdraws_it_at_once() {
    let bank = bank().await;
    let (kaikei, chobo) = (Partner::of(&bank, "kaikei"), Partner::of(&bank, "chobo"));
    let of_kaikei = kaikei.linked("sorachi-taro", &SORACHI_PINS).await;
    bank.clock().advance(Duration::from_secs(60));
    let of_chobo = chobo.linked("sorachi-taro", &SORACHI_PINS).await;
    bank.clock().advance(Duration::from_secs(60));
    chobo.accounts(&of_chobo.access).await;

    let browser = Browser::of(&bank, "sorachi-taro");
    let mut visit = Visit::start(&browser).await;
    let view = visit.log_in(&bank, "sorachi-taro").await;
    assert_eq!(view["customer"]["name"], "空知 太郎");
    let list = view["data"]["linkages"].as_array().unwrap();
    let names: Vec<&str> = list
        .iter()
        .map(|row| row["partner_name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["chobo 会計", "kaikei 会計"], "newest first");
    let newest = &list[0];
    assert_eq!(newest["partner_legal_name"], "chobo 株式会社");
    assert_eq!(newest["businesses"], json!(["balance", "statement", "transfers"]));
    assert_eq!(newest["accounts"].as_array().unwrap().len(), 4);
    assert_eq!(newest["permitted_at"], "2026-11-20T10:01:00+09:00");
    assert_eq!(newest["last_day"], "2027-02-18");
    assert_eq!(newest["last_access_at"], "2026-11-20T10:02:00+09:00");
    assert_eq!(list[1]["last_access_at"], json!(null));

    let grant = newest["grant_id"].clone();
    let id = act_id();
    let first = visit
        .attempt_as("withdraw", &id, &json!({ "grant_id": grant }))
        .await
        .ok();
    assert_eq!(first["data"]["linkages"].as_array().unwrap().len(), 1);
    chobo
        .get("/v1/accounts", &of_chobo.access)
        .await
        .refused(401, "invalid_token");
    chobo
        .refresh(&of_chobo.refresh)
        .await
        .oauth_error(400, "invalid_grant");
    let again = visit
        .attempt_as("withdraw", &id, &json!({ "grant_id": grant }))
        .await
        .ok();
    assert_eq!(again["data"], first["data"]);
    visit.version = first["version"].as_u64().unwrap();
    // From a second tab, withdrawn is withdrawn.
    let second = visit.act("withdraw", json!({ "grant_id": grant })).await;
    assert_eq!(second["data"], first["data"]);
    let withdrawn = AuditFilter {
        kind: Some("withdrawn".to_owned()),
        ..AuditFilter::default()
    };
    let told = bank.store().audit().list(&withdrawn, 9).await.unwrap();
    assert_eq!(told.len(), 1, "and the audit trail tells of it once");
    assert_eq!(told[0].partner_id.as_ref().unwrap().as_str(), "chobo");
    kaikei.accounts(&of_kaikei.access).await;
}

#[tokio::test]
async fn nobody_withdraws_what_is_not_theirs() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "chobo");
    let theirs = partner.linked("yubari-jiro", &[]).await;
    let owner = Browser::of(&bank, "yubari-jiro");
    let mut owners = Visit::start(&owner).await;
    let grant = owners.log_in(&bank, "yubari-jiro").await["data"]["linkages"][0]["grant_id"].clone();

    let browser = Browser::of(&bank, "sorachi-taro");
    let mut visit = Visit::start(&browser).await;
    visit
        .attempt("withdraw", json!({ "grant_id": grant }))
        .await
        .refused(401, "session_required");
    visit.certificate().await;
    visit
        .attempt("withdraw", json!({ "grant_id": grant }))
        .await
        .refused(401, "session_required");
    let password = &bank.user("sorachi-taro").unwrap().password;
    let view = visit.act("password", json!({ "password": password })).await;
    assert_eq!(view["data"]["linkages"], json!([]));
    let foreign = visit.attempt("withdraw", json!({ "grant_id": grant })).await;
    foreign.refused(404, "not_found");
    let unknown = json!({ "grant_id": "00000000-0000-4000-8000-000000000000" });
    let unknown = visit.attempt("withdraw", unknown).await;
    assert_eq!(unknown.comparable(), foreign.comparable());
    visit
        .attempt("withdraw", json!({ "grant_id": "nonsense" }))
        .await
        .refused(404, "not_found");
    partner.accounts(&theirs.access).await;
}

#[tokio::test]
async fn whoever_may_not_link_may_still_look() {
    let bank = bank().await;
    let browser = Browser::of(&bank, "bibai-saburo");
    let mut visit = Visit::start(&browser).await;
    let view = visit.log_in(&bank, "bibai-saburo").await;
    assert_eq!(view["data"]["linkages"], json!([]));
}

#[tokio::test]
async fn after_the_logout_the_cookie_is_dead() {
    let bank = bank().await;
    let browser = Browser::of(&bank, "yubari-jiro");
    visit_without_cookie(&browser).await;
    let mut visit = Visit::start(&browser).await;
    let at_start = browser.cookies();
    visit.log_in(&bank, "yubari-jiro").await;
    let logged_in = browser.cookies();
    assert_ne!(logged_in[COOKIE], at_start[COOKIE]);
    browser.set_cookies(at_start);
    visit.look().await.refused(401, "session_required");

    browser.set_cookies(logged_in.clone());
    let id = act_id();
    let out = visit.attempt_as("logout", &id, &json!({})).await.ok();
    assert_eq!(out["redirect_to"], format!("{}/linkages", bank.issuer()));
    assert!(browser.cookies().is_empty());
    visit.version += 1;
    browser.set_cookies(logged_in);
    visit.look().await.refused(401, "session_required");
    for (act, data) in [
        ("certificate", json!({})),
        ("password", json!({ "password": "x" })),
        ("logout", json!({})),
        (
            "withdraw",
            json!({ "grant_id": "00000000-0000-4000-8000-000000000000" }),
        ),
    ] {
        visit.attempt(act, data).await.refused(401, "session_required");
    }
    // The lost answer to the logout comes again all the same.
    assert_eq!(visit.attempt_as("logout", &id, &json!({})).await.ok(), out);
}

async fn visit_without_cookie(browser: &Browser) {
    let visit = Visit { browser, version: 1 };
    visit.look().await.refused(401, "session_required");
    visit
        .attempt("certificate", json!({}))
        .await
        .refused(401, "session_required");
}

#[tokio::test]
async fn a_session_ends_ten_minutes_after_the_login() {
    let bank = bank().await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let mut visit = Visit::start(&browser).await;
    bank.clock().advance(Duration::from_secs(500));
    visit.log_in(&bank, "yubari-jiro").await;
    bank.clock().advance(Duration::from_secs(599));
    assert_eq!(visit.look().await.ok()["remaining_seconds"], 1);
    bank.clock().advance(Duration::from_secs(1));
    visit.look().await.refused(401, "session_required");
    visit
        .attempt(
            "withdraw",
            json!({ "grant_id": "00000000-0000-4000-8000-000000000000" }),
        )
        .await
        .refused(401, "session_required");
}

#[tokio::test]
async fn the_lock_of_the_password_is_the_users_and_not_the_doors() {
    let bank = bank().await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let mut visit = Visit::start(&browser).await;
    visit.certificate().await;
    for remaining in [4, 3, 2, 1] {
        let answer = visit.attempt("password", json!({ "password": "wrong" })).await;
        answer.refused(422, "password_wrong");
        assert_eq!(answer.json()["remaining_tries"], remaining);
    }
    let partner = Partner::of(&bank, "chobo");
    let (_, mut wizard) = partner.link(&browser).await;
    assert_eq!(wizard.certificate().await["data"]["remaining_tries"], 1);
    wizard
        .attempt("password", json!({ "password": "wrong" }))
        .await
        .refused(423, "user_locked");
    let password = &bank.user("yubari-jiro").unwrap().password;
    visit
        .attempt("password", json!({ "password": password }))
        .await
        .refused(423, "user_locked");
}

#[tokio::test]
async fn a_refused_certificate_is_explained_here_too() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    let mut visit = Visit::start(&browser).await;
    let view = visit.certificate().await;
    assert_eq!(view["step"], "certificate_login");
    assert_eq!(
        view["data"]["failure"]["explanation"]["code"],
        "certificate_missing"
    );
}

#[tokio::test]
async fn the_cookie_names_its_session_and_no_other() {
    let bank = bank().await;
    let (one, other) = (
        Browser::of(&bank, "yubari-jiro"),
        Browser::of(&bank, "sorachi-taro"),
    );
    let mut first = Visit::start(&one).await;
    first.log_in(&bank, "yubari-jiro").await;
    Visit::start(&other).await;
    let (mine, theirs) = (one.cookies()[COOKIE].clone(), other.cookies()[COOKIE].clone());
    let (my_id, my_token) = mine.split_once('.').unwrap();
    let (their_id, their_token) = theirs.split_once('.').unwrap();
    for forged in [
        format!("{my_id}.{their_token}"),
        format!("{their_id}.{my_token}"),
        my_id.to_owned(),
        format!("{my_id}."),
        format!(".{my_token}"),
        my_token.to_owned(),
        format!("{}.{my_token}", my_id.to_uppercase()),
    ] {
        let mut cookies = other.cookies();
        cookies.insert(COOKIE.to_owned(), forged);
        other.set_cookies(cookies);
        other
            .get("/api/customer-session")
            .await
            .refused(401, "session_required");
    }
}
