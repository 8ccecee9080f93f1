//! 手順1①: the certificate login. The list of linkages begins with the same step.

use crate::acts::Acts;
use crate::browser;
use crate::components::button::{ActButton, ButtonRow, Weight};
use crate::components::certificate_card::CertificateCard;
use crate::components::explanation::{reasons, what};
use crate::language::{Words, say, words};
use crate::steps::CancelButton;
use leptos::prelude::*;
use renkei_shared::linkage::{CertificateFailureView, CertificateLoginView};

const FAILURE: &str = "certificate-failure";

/// The step. `press` is what 「電子証明書ログイン」 does, which is known as the act `certificate` while it lasts.
#[component]
pub(crate) fn CertificateLogin(
    #[prop(into)] view: CertificateLoginView,
    lead: Words,
    acts: Acts,
    press: Callback<()>,
    cancel: Option<Callback<()>>,
) -> impl IntoView {
    let CertificateLoginView {
        accepted_issuers,
        failure,
    } = view;
    let failure = failure.map(failed);
    let issuers = (!accepted_issuers.is_empty()).then(|| {
        let names = accepted_issuers
            .into_iter()
            .map(|name| view! { <li>{name}</li> })
            .collect_view();
        view! {
            <section class="aside">
                <h2 class="aside__title">{say(words!(certificate.issuers))}</h2>
                <ul class="aside__list">{names}</ul>
            </section>
        }
    });
    view! {
        {failure}
        <p class="lead">{say(lead)}</p>
        <ol class="instructions">
            <li>{say(words!(certificate.step_press))}</li>
            <li>{say(words!(certificate.step_choose))}</li>
        </ol>
        <p class="assurance">{say(words!(certificate.privacy))}</p>
        <ButtonRow>
            <CancelButton cancel=cancel />
            <ActButton
                label=words!(certificate.button)
                acts=acts
                act="certificate"
                weight=Weight::Primary
                press=press
            />
        </ButtonRow>
        {issuers}
        <details class="help">
            <summary>{say(words!(certificate.help_title))}</summary>
            <ul>
                <li>{say(words!(certificate.help_store))}</li>
                <li>{say(words!(certificate.help_expired))}</li>
                <li>{say(words!(certificate.help_again))}</li>
            </ul>
        </details>
    }
}

/// What went wrong at the last try, with the certificate that came.
fn failed(failure: CertificateFailureView) -> AnyView {
    let CertificateFailureView {
        explanation,
        certificate,
    } = failure;
    Effect::new(|_| browser::focus_soon(FAILURE));
    let certificate = certificate.map(|certificate| {
        view! {
            <h3 class="alert__subtitle">{say(words!(certificate.received))}</h3>
            <CertificateCard certificate=certificate />
        }
    });
    view! {
        <section id=FAILURE class="alert alert--error" role="alert" tabindex="-1" aria-labelledby="failure-title">
            <p class="alert__kicker">{say(words!(certificate.failure))}</p>
            <h2 id="failure-title" class="alert__title">
                {what(&explanation)}
            </h2>
            {reasons(&explanation, None)}
            {certificate}
        </section>
    }
    .into_any()
}
