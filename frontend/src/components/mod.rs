//! The small set of own components, each around native HTML controls.
//! Not here: anything that knows a step or sends an act by itself.

pub(crate) mod account_table;
pub(crate) mod button;
pub(crate) mod certificate_card;
pub(crate) mod certificate_dialog;
pub(crate) mod deadline;
pub(crate) mod dialog;
pub(crate) mod element;
pub(crate) mod error_summary;
pub(crate) mod explanation;
pub(crate) mod facts;
pub(crate) mod field;
pub(crate) mod frame;
pub(crate) mod heading;
pub(crate) mod notices;
pub(crate) mod pin_field;
pub(crate) mod progress;
pub(crate) mod receipt_link;
