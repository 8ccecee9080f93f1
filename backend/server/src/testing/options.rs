//! What a test may want otherwise of its bank.
//! Not here: the configuration that follows from it (`configuration`), and the bank itself.

/// How the bank reaches its core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adapter {
    /// The simulator in the same process.
    Simulator,
    /// The simulator behind a gateway on loopback.
    Gateway,
}

/// What a test may want otherwise.
#[derive(Debug, Clone)]
pub struct Options {
    /// How the bank reaches its core.
    pub adapter: Adapter,
    /// Partners whose tokens are bound to nothing.
    pub bearer_exceptions: Vec<&'static str>,
    /// Partners that do without PKCE.
    pub pkce_exceptions: Vec<&'static str>,
    /// Addresses of partners' documents that are gone to although they are private.
    pub private_addresses: Vec<&'static str>,
    /// Whether partners may register themselves.
    pub registration: bool,
    /// How many nodes serve from the start.
    pub nodes: usize,
    /// Where a front-end developer's pages are.
    pub frontend_origin: Option<&'static str>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            adapter: Adapter::Simulator,
            bearer_exceptions: vec!["kihon"],
            pkce_exceptions: Vec::new(),
            private_addresses: Vec::new(),
            registration: false,
            nodes: 1,
            frontend_origin: None,
        }
    }
}
