//! What can go wrong, in the form in which the page shows it: fields at fault, the server's problem, no answer.
//! Not here: how it is shown (`components::error_summary`).

use crate::api::Failure;
use crate::language::{Locale, Words, fill, vocabulary, words};
use renkei_shared::problem::{Explanation, ProblemCode, ProblemDocument};
use renkei_shared::vocabulary::AccountLabel;

/// Something that the customer must be told before going on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Trouble {
    /// Input that cannot be sent like this, or that the server refused field by field.
    Fields(Vec<FieldTrouble>),
    /// The server said no and why.
    Problem(Box<ProblemDocument>),
    /// No answer. Where an act was on its way, it is kept for sending again.
    Unreachable {
        /// An act can be sent again.
        resendable: bool,
    },
    /// An answer that cannot be read.
    Unreadable,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FieldTrouble {
    /// Id of the element that receives the focus.
    pub(crate) target: String,
    /// The account that the field belongs to, where there is one field for each.
    pub(crate) account: Option<AccountLabel>,
    /// What is wrong.
    pub(crate) message: Message,
}

/// A message of the page's own, or one that the server sent.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// One of ours.
    Own(Words),
    /// What the server explained.
    Told(Explanation),
}

impl Message {
    /// The message as it stands at the field and in the summary.
    pub(crate) fn text(&self, locale: Locale) -> String {
        match self {
            Self::Own(words) => words(locale).to_owned(),
            Self::Told(explanation) => {
                let texts = explanation.texts(vocabulary(locale));
                fill(
                    words!(trouble.at_field)(locale),
                    &[("what", &texts.what), ("remedy", &texts.remedy)],
                )
            }
        }
    }
}

impl PartialEq for Message {
    // Two pointers to the same words may differ, so they are compared by what they say.
    fn eq(&self, other: &Self) -> bool {
        [Locale::ja, Locale::en]
            .into_iter()
            .all(|locale| self.text(locale) == other.text(locale))
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unreachable => Self::Unreachable { resendable: false },
            Failure::Problem(problem) => Self::Problem(problem),
            Failure::Unreadable => Self::Unreadable,
        }
    }
}

impl Trouble {
    /// Whether the server said no with this code.
    pub(crate) fn is(&self, code: ProblemCode) -> bool {
        matches!(self, Self::Problem(problem) if problem.explanation.code == code.as_str())
    }

    /// The server's problem: at the fields that it names, where this page has them.
    pub(crate) fn told(problem: Box<ProblemDocument>, has_field: impl Fn(&str) -> bool) -> Self {
        let at_fields = problem.fields.iter().map(|fault| {
            // A PIN's field bears the account's id.
            let target = [format!("pin-{}", fault.field), fault.field.clone()]
                .into_iter()
                .find(|target| has_field(target))?;
            Some(FieldTrouble {
                target,
                account: None,
                message: Message::Told(fault.explanation.clone()),
            })
        });
        match at_fields.collect::<Option<Vec<_>>>() {
            Some(fields) if !fields.is_empty() => Self::Fields(fields),
            _ => Self::Problem(problem),
        }
    }

    /// The message for the field whose element has this id.
    pub(crate) fn of_field(&self, target: &str) -> Option<&Message> {
        match self {
            Self::Fields(fields) => fields
                .iter()
                .find(|field| field.target == target)
                .map(|field| &field.message),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use renkei_shared::problem::{FieldProblem, ProblemCode};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn problem() -> Box<ProblemDocument> {
        let fault = FieldProblem {
            field: "a-1".into(),
            explanation: ProblemCode::PinMalformed.explain(),
        };
        Box::new(ProblemDocument::new(ProblemCode::PinMalformed).with_fields(vec![fault]))
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_fault_is_shown_at_its_field() {
        let trouble = Trouble::told(problem(), |id| id == "pin-a-1");
        let message = trouble.of_field("pin-a-1").unwrap();
        assert!(
            message
                .text(Locale::ja)
                .starts_with("照会用暗証番号の形式が正しくありません。")
        );
        assert_eq!(trouble.of_field("pin-a-2"), None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_fault_of_a_field_that_is_not_here_is_told_as_a_whole() {
        assert_eq!(Trouble::told(problem(), |_| false), Trouble::Problem(problem()));
        let bare = Box::new(ProblemDocument::new(ProblemCode::VersionStale));
        assert_eq!(Trouble::told(bare.clone(), |_| true), Trouble::Problem(bare));
    }
}
