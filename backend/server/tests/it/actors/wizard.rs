//! The procedure as its page drives it: one view after the other, each act with the version that the page saw.
//! Not here: the rules, which are the server's.

use super::answer::Answer;
use super::browser::Browser;
use super::returned::Returned;
use renkei::testing::TestBank;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// A fresh id of one intent.
pub(crate) fn act_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("act-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The row of an account in a view's table.
#[track_caller]
pub(crate) fn row<'v>(view: &'v Value, number: &str) -> &'v Value {
    let rows = view["data"]["accounts"]
        .as_array()
        .unwrap_or_else(|| panic!("{view}"));
    rows.iter()
        .find(|row| row["account_number"] == number)
        .unwrap_or_else(|| panic!("no {number} in {view}"))
}

/// One linkage in one browser.
pub(crate) struct Wizard<'b> {
    pub(crate) browser: &'b Browser,
    pub(crate) id: String,
    pub(crate) version: u64,
}

impl<'b> Wizard<'b> {
    pub(crate) fn new(browser: &'b Browser, id: &str) -> Self {
        Self {
            browser,
            id: id.to_owned(),
            version: 1,
        }
    }

    /// The same linkage in another browser or tab.
    pub(crate) fn seen_by<'o>(&self, browser: &'o Browser) -> Wizard<'o> {
        Wizard {
            browser,
            id: self.id.clone(),
            version: self.version,
        }
    }

    pub(crate) fn path(&self, act: &str) -> String {
        format!("/api/linkages/{}/{act}", self.id)
    }

    pub(crate) async fn look(&self) -> Answer {
        self.browser.get(&format!("/api/linkages/{}", self.id)).await
    }

    /// The view, whose version the next act names.
    pub(crate) async fn view(&mut self) -> Value {
        let view = self.look().await.ok();
        self.version = view["version"].as_u64().unwrap();
        view
    }

    /// The body of an act.
    pub(crate) fn body(&self, act_id: &str, data: &Value) -> Value {
        let mut body = json!({ "version": self.version, "act_id": act_id });
        body.as_object_mut()
            .unwrap()
            .extend(data.as_object().unwrap().clone());
        body
    }

    /// Acts and answers whatever comes.
    pub(crate) async fn attempt(&self, act: &str, data: Value) -> Answer {
        self.attempt_as(act, &act_id(), &data).await
    }

    /// The same with an act id of the test's choice.
    pub(crate) async fn attempt_as(&self, act: &str, act_id: &str, data: &Value) -> Answer {
        self.browser.post(&self.path(act), &self.body(act_id, data)).await
    }

    /// Acts with success, and answers the next view or the redirect.
    pub(crate) async fn act(&mut self, act: &str, data: Value) -> Value {
        let answer = self.attempt(act, data).await.ok();
        self.version = answer["version"].as_u64().unwrap_or(self.version + 1);
        answer
    }

    /// Acts with success, and answers where the browser goes.
    pub(crate) async fn leave(&mut self, act: &str, data: Value) -> String {
        let answer = self.act(act, data).await;
        answer["redirect_to"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    /// 「電子証明書ログイン」: the address of the certificate listener.
    pub(crate) async fn ask_for_certificate(&mut self) -> String {
        self.leave("certificate", json!({})).await
    }

    /// 「電子証明書ログイン」 and the choice in the browser's dialog; answers the one-time code.
    pub(crate) async fn certificate_code(&mut self) -> String {
        let url = self.ask_for_certificate().await;
        let back = self.browser.show_certificate(&url).await.location();
        code_in(&back)
    }

    /// The whole certificate step.
    pub(crate) async fn certificate(&mut self) -> Value {
        let code = self.certificate_code().await;
        self.act("certificate-result", json!({ "code": code })).await
    }

    /// 「API連携」.
    pub(crate) async fn password(&mut self, password: &str) -> Value {
        self.act("password", json!({ "password": password })).await
    }

    /// Certificate and password of a user.
    pub(crate) async fn log_in(&mut self, bank: &TestBank, login_name: &str) -> Value {
        let view = self.certificate().await;
        assert_eq!(view["step"], "password", "{view}");
        self.password(&bank.user(login_name).unwrap().password).await
    }

    pub(crate) async fn businesses(&mut self, businesses: &[&str]) -> Value {
        self.act("businesses", json!({ "businesses": businesses })).await
    }

    /// 「登録」 of rows by account number.
    pub(crate) async fn pins(&mut self, pins: &[(&str, &str)]) -> Value {
        let view = self.view().await;
        self.act("inquiry-pins", pins_of(&view, pins)).await
    }

    /// From the login's end to the permission page: all businesses, every PIN of the list that is still missing.
    pub(crate) async fn reach_permission(&mut self, pins: &[(&str, &str)]) -> Value {
        let mut view = self.view().await;
        if view["step"] == "business_selection" {
            view = self.businesses(&["balance", "statement", "transfers"]).await;
        }
        if view["step"] == "pin_registration" {
            let missing: Vec<(&str, &str)> = pins
                .iter()
                .copied()
                .filter(|(number, _)| row(&view, number)["status"] == "unregistered")
                .collect();
            if !missing.is_empty() {
                self.pins(&missing).await;
            }
            view = self.act("confirm", json!({})).await;
        }
        assert_eq!(view["step"], "permission", "{view}");
        view
    }

    /// 「許可」 of all accounts shown.
    pub(crate) async fn permit(&mut self) -> Returned {
        let view = self.view().await;
        let accounts = account_ids(&view);
        self.permit_accounts(&accounts).await
    }

    /// 「許可」 of these accounts.
    pub(crate) async fn permit_accounts(&mut self, account_ids: &[String]) -> Returned {
        let data = json!({ "account_ids": account_ids, "intent": true });
        Returned::read(&self.leave("permission", data).await)
    }
}

/// The rows of `inquiry-pins` by account number.
pub(crate) fn pins_of(view: &Value, pins: &[(&str, &str)]) -> Value {
    let rows: Vec<Value> = pins
        .iter()
        .map(|(number, pin)| json!({ "account_id": row(view, number)["account_id"], "pin": pin }))
        .collect();
    json!({ "pins": rows })
}

/// The ids of the accounts that a view shows.
pub(crate) fn account_ids(view: &Value) -> Vec<String> {
    let rows = view["data"]["accounts"]
        .as_array()
        .unwrap_or_else(|| panic!("{view}"));
    rows.iter()
        .map(|row| row["account_id"].as_str().unwrap().to_owned())
        .collect()
}

/// The one-time code in the way back from the certificate listener.
#[track_caller]
pub(crate) fn code_in(back: &str) -> String {
    let (_, code) = back
        .split_once("?certificate_result=")
        .unwrap_or_else(|| panic!("{back}"));
    code.to_owned()
}
