//! What is shown when a page cannot be shown at all: what happened, why, and what to do.

use crate::browser;
use crate::components::button::{PRIMARY, button_row, plain_button, way_back};
use crate::components::element::{El, classed};
use crate::components::explanation::{own_reasons, reasons, what};
use crate::components::heading::heading;
use crate::language::{Words, tell, words};
use crate::trouble::Trouble;
use leptos::prelude::AnyView;
use renkei_shared::problem::ProblemDocument;

/// The page for a trouble that leaves nothing else to show.
pub(crate) fn error_page(trouble: &Trouble) -> AnyView {
    let page = classed("div", "page__column");
    match trouble {
        Trouble::Problem(problem) => {
            let reasons = reasons(&problem.explanation, problem.request_id.as_deref());
            let can_reload = problem.status >= 500 || problem.status == 429;
            page.child(heading(what(&problem.explanation), None))
                .child(notice(reasons))
                .maybe(can_reload.then(reload))
                .maybe(problem.return_url.clone().map(way_back))
        }
        Trouble::Unreachable { .. } => own(
            page,
            words!(trouble.unreachable_what),
            words!(trouble.unreachable_why),
            words!(trouble.offline_remedy),
        ),
        Trouble::Unreadable | Trouble::Fields(_) => own(
            page,
            words!(trouble.unreadable_what),
            words!(trouble.unreadable_why),
            words!(trouble.unreadable_remedy),
        ),
    }
    .view()
}

fn notice(reasons: El) -> El {
    classed("div", "alert alert--error").child(reasons)
}

fn own(page: El, what: Words, why: Words, remedy: Words) -> El {
    page.child(heading(tell(move |locale| what(locale).to_owned()), None))
        .child(notice(own_reasons(why, remedy)))
        .child(reload())
}

fn reload() -> El {
    button_row().child(plain_button(PRIMARY, words!(buttons.reload), browser::reload))
}

/// A problem at the fields that it names, as far as they are in the page.
pub(crate) fn told(problem: Box<ProblemDocument>) -> Trouble {
    Trouble::told(problem, |id| browser::element(id).is_some())
}
