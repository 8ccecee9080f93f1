//! The real server in one process, for tests: real TLS on loopback ports, a PKI of its own, a database of its own, the
//! simulated core, and a clock that the test sets. Not here: anything that is asserted, and the clients that play
//! browser and partner.

mod bank;
mod clock;
mod configuration;
mod options;
mod pki;
pub(crate) mod plain_pages;
mod registrations;

pub use bank::TestBank;
pub use clock::{TestClock, system_now};
pub use options::{Adapter, Options};
pub use pki::{Authority, Leaf, Pki};
pub use registrations::{Credentials, RegisteredPartner, RegisteredUser};
