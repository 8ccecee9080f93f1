//! What the page and the server both say: the vocabulary, the DTOs of the JSON endpoints, validation that both sides run.
//! No I/O, no clock, no randomness, nothing that does not compile to WebAssembly; rules of the procedure live in `renkei-procedure`.

pub mod customers;
pub mod dates;
pub mod inquiry_pin;
pub mod linkage;
pub mod problem;
pub mod search;
pub mod secret;
pub mod vocabulary;

/// Longest login password that is looked at, in Unicode scalar values; a longer one is refused before any hashing.
pub const PASSWORD_MAX_CHARS: usize = 128;

/// The header that every POST of the page bears, so that a foreign page's plain form cannot act
/// (a non-safelisted header forces a CORS preflight, Fetch Standard section 4.9).
pub const CSRF_HEADER: &str = "x-renkei-csrf";

/// The only value of [`CSRF_HEADER`].
pub const CSRF_VALUE: &str = "1";
