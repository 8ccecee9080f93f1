//! A linkage that is over: why, and the way back to the partner.

use crate::language::{Words, say, words};
use leptos::prelude::*;
use renkei_shared::linkage::{EndReason, EndedView};

/// The heading for each way in which a linkage ends.
pub(crate) fn title(reason: EndReason) -> Words {
    match reason {
        EndReason::Cancelled => words!(ended.cancelled),
        EndReason::TimedOut => words!(ended.timed_out),
        EndReason::Completed => words!(ended.completed),
        EndReason::PartnerSuspended => words!(ended.suspended),
    }
}

/// The step.
#[component]
pub(crate) fn Ended(view: EndedView) -> impl IntoView {
    let EndedView { reason, return_url } = view;
    let body = match reason {
        EndReason::Cancelled => words!(ended.cancelled_body),
        EndReason::TimedOut => words!(ended.timed_out_body),
        EndReason::Completed => words!(ended.completed_body),
        EndReason::PartnerSuspended => words!(ended.suspended_body),
    };
    let review = (reason == EndReason::Completed).then(|| {
        view! {
            <p>
                {say(words!(ended.review_before))} <a href="/linkages">{say(words!(titles.linkages))}</a>
                {say(words!(ended.review_after))}
            </p>
        }
    });
    let back = return_url.map(|url| {
        view! {
            <div class="button-row">
                <a class="button button--primary" href=url rel="external noreferrer">
                    {say(words!(buttons.to_partner))}
                </a>
            </div>
        }
    });
    view! {
        <p class="lead">{say(body)}</p>
        {review}
        {back}
    }
}
