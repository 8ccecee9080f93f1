//! What would fail later, before anything is asked for: one notice each, as grave as the server says.
//! Not here: which notices there are; the server decides that.

use crate::components::element::{El, classed};
use crate::components::explanation::{reasons, what};
use renkei_shared::linkage::{Notice, Severity};

/// The notices in the order in which they came.
pub(crate) fn notices(notices: &[Notice]) -> Vec<El> {
    notices
        .iter()
        .enumerate()
        .map(|(place, told)| notice(place, told))
        .collect()
}

/// Whether one of them leaves nothing to ask for.
pub(crate) fn is_blocked(notices: &[Notice]) -> bool {
    notices.iter().any(|notice| notice.severity == Severity::Blocking)
}

fn notice(place: usize, told: &Notice) -> El {
    let title = format!("notice-{place}");
    let section = classed("section", look(told.severity)).attr_owned("aria-labelledby", title.clone());
    let section = if told.severity == Severity::Blocking {
        section.attr("role", "alert")
    } else {
        section
    };
    section
        .child(
            classed("h2", "alert__title")
                .attr_owned("id", title)
                .tell(what(&told.explanation)),
        )
        .child(reasons(&told.explanation, None))
}

const fn look(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocking => "alert alert--error",
        Severity::Warning => "alert alert--warning",
        Severity::Information => "alert alert--info",
    }
}
