//! A linkage that is over: why, and the way back to the partner.

use crate::components::button::{button_row, way_back};
use crate::components::element::{El, classed, el, worded};
use crate::components::facts::{fact_of, facts};
use crate::components::receipt_link::receipt_link;
use crate::language::{Words, words};
use renkei_shared::linkage::{EndReason, EndedView};

/// The heading for each way in which a linkage ends.
pub(crate) fn title(reason: EndReason) -> Words {
    match reason {
        EndReason::Cancelled => words!(ended.cancelled),
        EndReason::TimedOut => words!(ended.timed_out),
        EndReason::Completed => words!(ended.completed),
        EndReason::PartnerSuspended => words!(ended.suspended),
        EndReason::OtherCustomer | EndReason::GrantOfAnother => words!(ended.other_customer),
        EndReason::GrantEnded => words!(ended.grant_ended),
        EndReason::NoAccountOffered => words!(ended.no_account),
    }
}

/// The step.
pub(crate) fn ended(view: EndedView, receipt: String) -> Vec<El> {
    let EndedView {
        reason,
        return_url,
        reference,
    } = view;
    let body = match reason {
        EndReason::Cancelled => words!(ended.cancelled_body),
        EndReason::TimedOut => words!(ended.timed_out_body),
        EndReason::Completed => words!(ended.completed_body),
        EndReason::PartnerSuspended => words!(ended.suspended_body),
        EndReason::OtherCustomer | EndReason::GrantOfAnother => words!(ended.other_customer_body),
        EndReason::GrantEnded => words!(ended.grant_ended_body),
        EndReason::NoAccountOffered => words!(ended.no_account_body),
    };
    let review = (reason == EndReason::Completed).then(|| {
        let link = el("a").attr("href", "/linkages").say(words!(titles.linkages));
        el("p").say_around(words!(ended.review), link)
    });
    let mut parts = vec![worded("p", "lead", body)];
    parts.extend(review);
    if let Some(reference) = reference {
        let number = classed("strong", "reference").text(reference);
        parts.push(facts().child(fact_of(words!(receipt.reference), number)));
        parts.push(button_row().child(receipt_link(receipt, None)));
    }
    parts.extend(return_url.map(way_back));
    parts
}
