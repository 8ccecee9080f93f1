//! 手順1②: the login password. The list of linkages asks for it, too.

use crate::acts::Acts;
use crate::browser;
use crate::components::button::{ButtonRow, SubmitButton};
use crate::components::certificate_card::CertificateCard;
use crate::components::explanation::Reasons;
use crate::components::field::{PASSWORD, PasswordField};
use crate::language::{Words, fill, say, tell, words};
use crate::steps::CancelButton;
use crate::trouble::{FieldTrouble, Message, Trouble};
use leptos::prelude::*;
use renkei_shared::linkage::{PasswordAct, PasswordView};
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
#[component]
pub(crate) fn Password(
    view: PasswordView,
    texts: PasswordWords,
    acts: Acts,
    cancel: Option<Callback<()>>,
) -> impl IntoView {
    let PasswordView {
        certificate,
        remaining_tries,
    } = view;
    let shown = RwSignal::new(false);
    let account_name = certificate.subject.clone();
    let used = view! {
        <details class="help">
            <summary>{say(words!(password.certificate))}</summary>
            <CertificateCard certificate=certificate />
        </details>
    };
    if remaining_tries == 0 {
        return view! {
            {locked()}
            <ButtonRow>
                <CancelButton cancel=cancel />
            </ButtonRow>
            {used}
        }
        .into_any();
    }
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
    view! {
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <p class="lead">{say(texts.lead)}</p>
            <PasswordField acts=acts shown=shown account_name=account_name hint=hint />
            <p class="assurance">{say(words!(password.privacy))}</p>
            <ButtonRow>
                <CancelButton cancel=cancel />
                <SubmitButton label=texts.button acts=acts act="password" />
            </ButtonRow>
        </form>
        {used}
    }
    .into_any()
}

fn locked() -> AnyView {
    view! {
        <section class="alert alert--error" role="alert" aria-labelledby="locked-title">
            <h2 id="locked-title" class="alert__title">
                {say(words!(password.locked_what))}
            </h2>
            <Reasons
                why=tell(|locale| words!(password.locked_why)(locale).to_owned())
                remedy=tell(|locale| words!(password.locked_remedy)(locale).to_owned())
            />
        </section>
    }
    .into_any()
}
