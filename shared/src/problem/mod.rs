//! Problem documents (RFC 9457) with a stable code and, in both languages, what happened, why, and what to do.
//! Not here: OAuth errors, which RFC 6749 section 5.2 shapes (`renkei-oauth`).

mod catalogue;
mod helper;

pub use catalogue::{Filling, ProblemCode};
pub use helper::Helper;

use crate::vocabulary::Language;
use serde::{Deserialize, Serialize};

/// 事象・原因・対処 in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// 事象: what happened.
    pub what: String,
    /// 原因: why.
    pub why: String,
    /// 対処: what to do now.
    pub remedy: String,
}

/// A code with its texts in both languages, so that a page can switch language without asking again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Stable code for support and for programs, such as `pin_wrong`.
    pub code: String,
    /// Japanese.
    pub ja: Texts,
    /// English.
    pub en: Texts,
}

impl Explanation {
    /// The texts in the given language.
    pub const fn texts(&self, language: Language) -> &Texts {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }
}

/// `application/problem+json` (RFC 9457 section 3) with the members that Renkei adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemDocument {
    /// `urn:renkei:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short English summary, the same for each occurrence (RFC 9457 section 3.1.3).
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Code and texts.
    #[serde(flatten)]
    pub explanation: Explanation,
    /// Tries that remain, where the problem counted one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_tries: Option<u32>,
    /// Fields at fault, where the problem is about input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// The way back to the partner, where the problem ends a linkage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// Id of the request, to find it in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// Name of the field; for a PIN the account's id.
    pub field: String,
    /// Code and texts.
    #[serde(flatten)]
    pub explanation: Explanation,
}

impl ProblemDocument {
    /// The document for a code without parameters.
    pub fn new(code: ProblemCode) -> Self {
        Self {
            kind: format!("urn:renkei:problem:{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            explanation: code.explain(),
            remaining_tries: None,
            fields: Vec::new(),
            return_url: None,
            request_id: None,
        }
    }

    /// The document for a code whose texts name the tries that remain.
    pub fn with_remaining_tries(code: ProblemCode, remaining: u32) -> Self {
        Self {
            explanation: code.explain_with_tries(remaining),
            remaining_tries: Some(remaining),
            ..Self::new(code)
        }
    }

    /// The same document with the way back to the partner.
    #[must_use]
    pub fn with_return_url(mut self, url: impl Into<Option<String>>) -> Self {
        self.return_url = url.into();
        self
    }

    /// The same document with the fields at fault.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldProblem>) -> Self {
        self.fields = fields;
        self
    }
}
