//! 手順1②: the login password. The list of linkages asks for it, too.

use crate::acts::Acts;
use crate::browser;
use crate::components::button::{PRIMARY, button_row, plain_button, submit_button};
use crate::components::certificate_card::certificate_card;
use crate::components::element::{El, classed, el, worded};
use crate::components::explanation::own_reasons;
use crate::components::field::{PASSWORD, password_field};
use crate::components::notices::{is_blocked, notices};
use crate::language::{Words, fill, tell, words};
use crate::steps::{cancel_button, form};
use crate::trouble::{FieldTrouble, Message, Trouble};
use leptos::prelude::*;
use renkei_shared::linkage::{PasswordAct, PasswordView};
use renkei_shared::problem::ProblemCode;
use renkei_shared::secret::SecretText;

/// The words in which the procedure and the list of linkages differ.
#[derive(Clone, Copy)]
pub(crate) struct PasswordWords {
    /// What the page asks for.
    pub(crate) lead: Words,
    /// The button.
    pub(crate) button: Words,
}

/// The step. What was typed leaves the field when the server has answered, whatever it answered.
pub(crate) fn password(
    view: PasswordView,
    texts: PasswordWords,
    acts: Acts,
    cancel: Option<Callback<()>>,
) -> Vec<El> {
    let PasswordView {
        certificate,
        remaining_tries,
        notices: ahead,
    } = view;
    let account_name = certificate.subject.clone();
    let used = classed("details", "help")
        .child(el("summary").say(words!(password.certificate)))
        .child(certificate_card(certificate));
    let buttons = button_row().maybe(cancel.map(cancel_button));
    let mut parts = notices(&ahead);
    if remaining_tries == 0 {
        parts.extend([el("div").dynamic(move || locked(acts)), buttons, used]);
        return parts;
    }
    if is_blocked(&ahead) {
        // A password would be typed in vain. What blocks may pass: the server looks anew.
        let again = plain_button(PRIMARY, words!(notices.again), browser::reload);
        parts.extend([buttons.child(again), used]);
        return parts;
    }
    let shown = RwSignal::new(false);
    acts.when_over("password", || browser::clear_input(PASSWORD));
    let submit = move || {
        shown.set(false);
        let typed = browser::input_value(PASSWORD);
        if typed.is_empty() {
            acts.trouble().set(Some(Trouble::Fields(vec![FieldTrouble {
                target: PASSWORD.to_owned(),
                account: None,
                message: Message::Own(words!(password.empty)),
            }])));
            return;
        }
        let password = SecretText::new(typed);
        acts.perform("password", |version, act_id| PasswordAct {
            version,
            act_id,
            password,
        });
    };
    let hint = tell(move |locale| fill(words!(password.tries)(locale), &[("n", &remaining_tries)]));
    let form = form(submit)
        .child(worded("p", "lead", texts.lead))
        .child(password_field(acts, shown, account_name, hint))
        .child(worded("p", "assurance", words!(password.privacy)))
        .child(buttons.child(submit_button(texts.button, acts, "password")));
    parts.extend([form, used]);
    parts
}

/// That the user is locked, unless the try that has locked it says so above at this moment.
fn locked(acts: Acts) -> Option<AnyView> {
    let said_above = acts.trouble().with(|trouble| {
        trouble
            .as_ref()
            .is_some_and(|trouble| trouble.is(ProblemCode::UserLocked))
    });
    if said_above {
        return None;
    }
    let block = classed("section", "alert alert--error")
        .attr("role", "alert")
        .attr("aria-labelledby", "locked-title")
        .child(worded("h2", "alert__title", words!(password.locked_what)).attr("id", "locked-title"))
        .child(own_reasons(
            words!(password.locked_why),
            words!(password.locked_remedy),
        ));
    Some(block.view())
}
