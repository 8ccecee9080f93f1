//! The few things that only the browser can do: title, focus, leaving the page, clock, chance, memory of the language.
//! Each is one short function that does nothing where the browser lacks the thing; nothing here decides anything.

use crate::deadline::Reading;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::{document, request_animation_frame, window};
use renkei_shared::search::fold_kana;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventInit, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent};

/// Under this key the language that the customer chose outlives the page; nothing else is ever stored.
const LANGUAGE_KEY: &str = "renkei-language";

/// Where boot.js left the one-time result code that it took out of the address.
const CERTIFICATE_RESULT: &str = "renkeiCertificateResult";

/// Sets `document.title`.
pub(crate) fn set_title(title: &str) {
    document().set_title(title);
}

/// BCP 47 tag of the page: boot.js has set it before the first line of Rust ran.
pub(crate) fn page_language() -> String {
    document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"))
        .unwrap_or_default()
}

/// Sets the page's language for screen readers, hyphenation and fonts.
pub(crate) fn set_page_language(code: &str) {
    if let Some(root) = document().document_element() {
        drop(root.set_attribute("lang", code));
    }
}

/// Remembers the language for the next page load, which may be seconds away (the certificate step leaves the page).
pub(crate) fn remember_language(code: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        drop(storage.set_item(LANGUAGE_KEY, code));
    }
}

/// The language that the customer has chosen, on this page or an earlier one.
pub(crate) fn remembered_language() -> Option<String> {
    window().local_storage().ok()??.get_item(LANGUAGE_KEY).ok()?
}

/// Moves the focus to the element with this id once it is in the page.
pub(crate) fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || focus(&id));
}

/// Told to whatever hides an element that somebody wants to see.
pub(crate) const REVEAL: &str = "renkei-reveal";

/// Moves the focus to the element with this id, and has it shown first where it is hidden.
pub(crate) fn reveal(id: &str) {
    let Some(element) = element(id) else { return };
    if element.offset_parent().is_some() {
        drop(element.focus());
        return;
    }
    let init = EventInit::new();
    init.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict(REVEAL, &init) {
        drop(element.dispatch_event(&event));
    }
    focus_soon(id);
}

/// Whether a key was pressed that sends a form.
pub(crate) fn is_enter(event: &Event) -> bool {
    let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
    key.as_deref() == Some("Enter")
}

/// Moves the focus to the element with this id.
pub(crate) fn focus(id: &str) {
    if let Some(element) = element(id) {
        drop(element.focus());
    }
}

/// The element with this id.
pub(crate) fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// What stands in the input with this id.
pub(crate) fn input_value(id: &str) -> String {
    input(id).map(|input| input.value()).unwrap_or_default()
}

/// Empties the input with this id.
pub(crate) fn clear_input(id: &str) {
    if let Some(input) = input(id) {
        input.set_value("");
    }
}

fn input(id: &str) -> Option<HtmlInputElement> {
    element(id)?.dyn_into().ok()
}

/// The part of the page that the application fills.
pub(crate) fn mount_point() -> Option<HtmlElement> {
    element("app")
}

/// What the static shell says of the institution under this name.
pub(crate) fn institution_text(name: &str) -> String {
    document()
        .query_selector(&format!("[data-institution={name}]"))
        .ok()
        .flatten()
        .and_then(|element| element.text_content())
        .unwrap_or_default()
}

/// Takes the static shell away, now that there is something better to show.
pub(crate) fn retire_shell() {
    if let Some(shell) = element("shell") {
        shell.remove();
    }
    if let Some(app) = mount_point() {
        drop(app.remove_attribute("hidden"));
    }
}

/// The path of the page's address.
pub(crate) fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Gives the page another address without leaving it.
pub(crate) fn rename(path: &str) {
    if let Ok(history) = window().history() {
        drop(history.replace_state_with_url(&JsValue::NULL, "", Some(path)));
    }
}

/// Leaves the page, which stays in the history.
pub(crate) fn assign(url: &str) {
    drop(window().location().assign(url));
}

/// Leaves the page and takes it out of the history.
pub(crate) fn replace(url: &str) {
    drop(window().location().replace(url));
}

/// Loads the page anew.
pub(crate) fn reload() {
    drop(window().location().reload());
}

/// Milliseconds of a clock that never jumps. It may stand still while the computer sleeps.
pub(crate) fn now() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// What both clocks say.
pub(crate) fn reading() -> Reading {
    Reading {
        monotonic: now(),
        wall: js_sys::Date::now(),
    }
}

/// A fresh id for an intent.
pub(crate) fn random_uuid() -> String {
    window()
        .crypto()
        .map(|crypto| crypto.random_uuid())
        .unwrap_or_default()
}

/// Whether the page can be seen at the moment.
pub(crate) fn is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// The one-time result code of the certificate listener, once.
pub(crate) fn take_certificate_result() -> Option<String> {
    let window = window();
    let name = JsValue::from_str(CERTIFICATE_RESULT);
    let code = Reflect::get(&window, &name).ok()?.as_string()?;
    drop(Reflect::delete_property(&window, &name));
    Some(code)
}

/// Waits.
pub(crate) async fn pause(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve: Function, _| {
        drop(window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds));
    });
    drop(JsFuture::from(promise).await);
}

/// Opens or closes the native dialog with this id.
pub(crate) fn show_dialog(id: &str, open: bool) {
    let Some(dialog) = dialog(id) else { return };
    if open && !dialog.open() {
        drop(dialog.show_modal());
    } else if !open && dialog.open() {
        dialog.close();
    }
}

/// Whether the native dialog with this id is open.
pub(crate) fn is_dialog_open(id: &str) -> bool {
    dialog(id).is_some_and(|dialog| dialog.open())
}

fn dialog(id: &str) -> Option<HtmlDialogElement> {
    element(id)?.dyn_into().ok()
}

/// One text for all spellings that a search takes for the same: `１２３` and `123`, ｻｯﾎﾟﾛ, さっぽろ and サツポロ.
pub(crate) fn fold(text: &str) -> String {
    // The browser's own lower case: Rust's brings its tables along.
    let compatible = js_sys::JsString::from(text).normalize("NFKC").to_lower_case();
    fold_kana(&String::from(compatible))
}
