//! 手順1①: the certificate login. The list of linkages begins with the same step.

use crate::acts::Acts;
use crate::browser;
use crate::components::button::{PRIMARY, act_button, button_row};
use crate::components::certificate_card::certificate_card;
use crate::components::certificate_dialog::certificate_dialog;
use crate::components::element::{El, classed, el, worded};
use crate::components::explanation::{reasons, what};
use crate::components::facts::{fact_of, fact_said};
use crate::language::{Words, code, tell, words};
use crate::reaction::react;
use crate::steps::cancel_button;
use leptos::prelude::*;
use renkei_shared::linkage::{CertificateFailureView, CertificateLoginView};

const FAILURE: &str = "certificate-failure";

/// The step. `press` is what 「電子証明書ログイン」 does, which is known as the act `certificate` while it lasts.
pub(crate) fn certificate_login(
    view: CertificateLoginView,
    lead: Words,
    acts: Acts,
    press: impl Fn() + 'static,
    cancel: Option<Callback<()>>,
) -> Vec<El> {
    let CertificateLoginView {
        accepted_issuers,
        failure,
    } = view;
    let login = act_button(PRIMARY, words!(certificate.button), acts, "certificate", press);
    let mut parts: Vec<El> = failure.map(failed).into_iter().collect();
    // On a wide screen the drawing stands beside the button; on a narrow one nobody has to pass it.
    let drawing = certificate_dialog(accepted_issuers.first().cloned());
    let way = el("div")
        .child(
            classed("ol", "instructions")
                .child(el("li").say(words!(certificate.step_press)))
                .child(el("li").say(words!(certificate.step_choose))),
        )
        .child(expected(accepted_issuers))
        .child(worded("p", "assurance", words!(certificate.privacy)))
        .child(button_row().maybe(cancel.map(cancel_button)).child(login));
    parts.extend([
        worded("p", "lead", lead),
        classed("div", "certificate-ahead").child(way).child(drawing),
        help(),
        classed("p", "guide-link").child(guide()),
    ]);
    parts
}

/// Which certificate is needed, and where it is.
fn expected(issuers: Vec<String>) -> El {
    let issuers = (!issuers.is_empty()).then(|| {
        let names = issuers.into_iter().map(|name| el("li").text(name));
        let names = classed("ul", "facts__plain").children(names);
        fact_of(words!(certificate.expected_issuer), names)
    });
    el("section")
        .child(worded(
            "h2",
            "certificate-ahead__title",
            words!(certificate.expected),
        ))
        .child(
            classed("dl", "facts facts--compact facts--narrow")
                .maybe(issuers)
                .child(fact_said(
                    words!(certificate.expected_place),
                    words!(certificate.expected_place_value),
                )),
        )
}

/// The way to the guide that the server renders, in the page's language.
fn guide() -> El {
    let address = tell(|locale| format!("/help/certificate?lang={}", code(locale)));
    el("a")
        .attr_told("href", address)
        .attr("target", "_blank")
        .attr("rel", "noopener")
        .say(words!(certificate.guide_new_tab))
}

fn help() -> El {
    classed("details", "help")
        .child(el("summary").say(words!(certificate.help_title)))
        .child(
            el("ul")
                .child(el("li").say(words!(certificate.help_store)))
                .child(el("li").say(words!(certificate.help_expired)))
                .child(el("li").say(words!(certificate.help_again))),
        )
}

/// What went wrong at the last try, with the certificate that came.
fn failed(failure: CertificateFailureView) -> El {
    let CertificateFailureView {
        explanation,
        certificate,
    } = failure;
    react(|| browser::focus_soon(FAILURE));
    let alert = classed("section", "alert alert--error")
        .attr("id", FAILURE)
        .attr("role", "alert")
        .attr("tabindex", "-1")
        .attr("aria-labelledby", "failure-title")
        .child(worded("p", "alert__kicker", words!(certificate.failure)))
        .child(
            classed("h2", "alert__title")
                .attr("id", "failure-title")
                .tell(what(&explanation)),
        )
        .child(reasons(&explanation, None));
    let alert = match certificate {
        Some(certificate) => alert
            .child(worded("h3", "alert__subtitle", words!(certificate.received)))
            .child(certificate_card(certificate)),
        None => alert,
    };
    alert
        .child(worded("p", "alert__next", words!(certificate.choose_again)))
        .child(classed("p", "alert__next").child(guide()))
}
