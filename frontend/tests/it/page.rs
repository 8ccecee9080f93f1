//! The page under test: mounts the application, answers its requests, finds and presses things by what people see.

use js_sys::{Array, Function, Promise, Reflect};
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen::{JsCast, closure::IntoWasmClosure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, HtmlElement, HtmlInputElement, Request, Response, ResponseInit, Window};

/// Patience for something to appear, in steps of `STEP_MILLISECONDS`.
const STEPS: usize = 400;
const STEP_MILLISECONDS: i32 = 10;

/// A request as the server sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    /// `GET /api/...`
    pub(crate) what: String,
    /// The body, where there was one.
    pub(crate) body: Value,
    /// The header that a foreign page's plain form cannot set.
    pub(crate) csrf: Option<String>,
}

/// What the server does with a request.
pub(crate) enum Reply {
    /// Answers at once.
    Answer(u16, Value),
    /// Answers after so many milliseconds.
    Late(i32, Value),
    /// Hangs up.
    Nothing,
}

impl Reply {
    /// 200 with anything that serialises.
    pub(crate) fn ok(body: &impl serde::Serialize) -> Self {
        Self::Answer(200, serde_json::to_value(body).unwrap())
    }
}

/// The page, with all that the application asked for.
pub(crate) struct Page {
    seen: Rc<RefCell<Vec<Seen>>>,
}

impl Page {
    /// Mounts the application at `path` with a server that does what `serve` says.
    pub(crate) fn open(path: &str, serve: impl FnMut(&Seen) -> Reply + 'static) -> Self {
        let seen = Rc::new(RefCell::new(Vec::new()));
        answer_with(seen.clone(), serve);
        document()
            .document_element()
            .unwrap()
            .set_attribute("lang", "ja")
            .unwrap();
        window()
            .history()
            .unwrap()
            .replace_state_with_url(&JsValue::NULL, "", Some(path))
            .unwrap();
        for id in ["shell", "app"] {
            if let Some(old) = document().get_element_by_id(id) {
                old.remove();
            }
            let place = document().create_element("div").unwrap();
            place.set_id(id);
            document().body().unwrap().append_child(&place).unwrap();
        }
        let shell = document().get_element_by_id("shell").unwrap();
        shell.set_inner_html(
            "<p data-institution=name-ja>空知しんくみビジネスバンキング</p>\
             <p data-institution=name-en>Sorachi Shinkumi Business Banking</p>\
             <p data-institution=contact-ja>お問い合わせ：窓口　電話 0133（平日）</p>\
             <p data-institution=contact-en>Contact: Counter, telephone 0133 (weekdays)</p>\
             <p data-institution=help-ja hidden></p><p data-institution=help-en hidden></p>",
        );
        renkei_frontend::start();
        Self { seen }
    }

    /// The acts that were sent.
    pub(crate) fn acts(&self) -> Vec<Seen> {
        self.seen
            .borrow()
            .iter()
            .filter(|seen| seen.what.starts_with("POST "))
            .cloned()
            .collect()
    }

    /// The one act that was sent.
    pub(crate) fn act(&self) -> Seen {
        let acts = self.acts();
        assert_eq!(acts.len(), 1, "{acts:?}");
        acts[0].clone()
    }

    /// How often the view was fetched.
    pub(crate) fn fetches(&self) -> usize {
        self.seen
            .borrow()
            .iter()
            .filter(|seen| seen.what.starts_with("GET "))
            .count()
    }
}

fn answer_with(log: Rc<RefCell<Vec<Seen>>>, serve: impl FnMut(&Seen) -> Reply + 'static) {
    let serve = Rc::new(RefCell::new(serve));
    let fetch = closure(move |request: JsValue| -> Promise {
        let (serve, log) = (serve.clone(), log.clone());
        Promise::new(&mut |resolve: Function, reject: Function| {
            let (serve, log) = (serve.clone(), log.clone());
            let request: Request = request.clone().unchecked_into();
            spawn_local(async move {
                let seen = read(&request).await;
                let reply = (serve.borrow_mut())(&seen);
                log.borrow_mut().push(seen);
                match reply {
                    Reply::Answer(status, body) => done(&resolve, status, &body),
                    Reply::Late(milliseconds, body) => {
                        pause(milliseconds).await;
                        done(&resolve, 200, &body);
                    }
                    Reply::Nothing => {
                        drop(reject.call1(&JsValue::NULL, &js_sys::TypeError::new("Failed to fetch")));
                    }
                }
            });
        })
    });
    Reflect::set(&window(), &"fetch".into(), &fetch).unwrap();
}

fn closure<F>(function: F) -> JsValue
where
    F: IntoWasmClosure<dyn FnMut(JsValue) -> Promise> + 'static,
{
    Closure::<dyn FnMut(JsValue) -> Promise>::new(function).into_js_value()
}

async fn read(request: &Request) -> Seen {
    let path = web_sys::Url::new(&request.url()).unwrap().pathname();
    let text = JsFuture::from(request.text().unwrap())
        .await
        .unwrap()
        .as_string()
        .unwrap();
    Seen {
        what: format!("{} {path}", request.method()),
        body: serde_json::from_str(&text).unwrap_or(Value::Null),
        csrf: request.headers().get("x-renkei-csrf").unwrap(),
    }
}

fn done(resolve: &Function, status: u16, body: &Value) {
    let init = ResponseInit::new();
    init.set_status(status);
    let response = Response::new_with_opt_str_and_init(Some(&body.to_string()), &init).unwrap();
    resolve.call1(&JsValue::NULL, &response).unwrap();
}

fn window() -> Window {
    web_sys::window().unwrap()
}

pub(crate) fn document() -> Document {
    window().document().unwrap()
}

pub(crate) async fn pause(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve: Function, _| {
        window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds)
            .unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..STEPS {
        if holds() {
            return;
        }
        pause(STEP_MILLISECONDS).await;
    }
    panic!("{what} did not come about; the page says: {}", text());
}

/// Waits for an element.
pub(crate) async fn appears(selector: &str) -> HtmlElement {
    until(selector, || one(selector).is_some()).await;
    one(selector).unwrap()
}

/// Waits for a heading of level 1.
pub(crate) async fn heading(expected: &str) {
    until(expected, || {
        one("h1").is_some_and(|heading| says(&heading) == expected)
    })
    .await;
}

/// The first element.
pub(crate) fn one(selector: &str) -> Option<HtmlElement> {
    all(selector).into_iter().next()
}

/// All elements in the application.
pub(crate) fn all(selector: &str) -> Vec<HtmlElement> {
    let list = document()
        .query_selector_all(&format!("#app {selector}"))
        .unwrap();
    Array::from(&list).iter().map(JsCast::unchecked_into).collect()
}

/// An element's text with single spaces.
pub(crate) fn says(element: &HtmlElement) -> String {
    element
        .text_content()
        .unwrap_or_default()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// All that the application says.
pub(crate) fn text() -> String {
    document()
        .get_element_by_id("app")
        .map(|app| says(app.unchecked_ref()))
        .unwrap_or_default()
}

/// The texts of all elements.
pub(crate) fn texts(selector: &str) -> Vec<String> {
    all(selector).iter().map(says).collect()
}

/// The button with this text.
pub(crate) fn button(label: &str) -> HtmlElement {
    all("button")
        .into_iter()
        .find(|button| says(button) == label)
        .unwrap_or_else(|| panic!("no button {label}: {:?}", texts("button")))
}

/// Presses the button with this text.
pub(crate) fn press(label: &str) {
    button(label).click();
}

/// The field with this accessible name: a label's text, or `aria-label`.
pub(crate) fn field(name: &str) -> HtmlInputElement {
    let labelled = all("input").into_iter().find(|input| {
        input.get_attribute("aria-label").as_deref() == Some(name)
            || texts(&format!("label[for=\"{}\"]", input.id()))
                .iter()
                .any(|label| label == name)
    });
    labelled
        .unwrap_or_else(|| panic!("no field {name}"))
        .unchecked_into()
}

/// Types into the field with this name.
pub(crate) fn type_into(name: &str, typed: &str) {
    let input = field(name);
    input.set_value(typed);
    let event = document().create_event("Event").unwrap();
    event.init_event_with_bubbles("input", true);
    input.dispatch_event(&event).unwrap();
}

/// Id of the element that has the focus.
pub(crate) fn focused() -> String {
    document()
        .active_element()
        .map(|element| element.id())
        .unwrap_or_default()
}
