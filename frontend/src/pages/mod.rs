//! The pages: one procedure, the customer's list of linkages, and what is shown when there is no page.
//! Not here: the steps' bodies (`steps`) and the pieces that they are made of (`components`).

pub(crate) mod error;
pub(crate) mod linkage;
pub(crate) mod linkages;
pub(crate) mod not_found;
