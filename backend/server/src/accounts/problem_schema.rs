//! The accounts API's errors, for its description: the shape of a problem document, and the codes as data.
//! Not here: making them (`crate::web::problem`), and their texts (`renkei_shared::problem`).
#![expect(
    dead_code,
    reason = "these types describe what `renkei_shared::problem` writes"
)]

use renkei_shared::problem::ProblemCode;
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// What the accounts API may answer.
const CODES: [ProblemCode; 12] = [
    ProblemCode::RequestMalformed,
    ProblemCode::ParameterInvalid,
    ProblemCode::InvalidToken,
    ProblemCode::InsufficientScope,
    ProblemCode::AccountRegistrationRequired,
    ProblemCode::DayNotPermitted,
    ProblemCode::NotFound,
    ProblemCode::MethodNotAllowed,
    ProblemCode::HostUnknown,
    ProblemCode::InternalError,
    ProblemCode::CoreClosed,
    ProblemCode::CoreUnavailable,
];

/// What went wrong (RFC 9457), with texts that may be shown to the customer.
#[derive(ToSchema)]
pub(crate) struct Problem {
    /// `urn:renkei:problem:` and the code.
    #[schema(example = "urn:renkei:problem:invalid_token")]
    r#type: String,
    /// Short English summary, the same for each occurrence.
    title: String,
    /// The HTTP status.
    status: u16,
    code: Code,
    ja: Texts,
    en: Texts,
    /// The parameters at fault, where the problem is about parameters.
    fields: Option<Vec<FieldProblem>>,
    /// Id of the request, by which the cooperative finds it.
    request_id: Option<String>,
}

/// What is wrong with one parameter.
#[derive(ToSchema)]
pub(crate) struct FieldProblem {
    /// Its name.
    field: String,
    code: Code,
    ja: Texts,
    en: Texts,
}

/// 事象・原因・対処 in one language.
#[derive(ToSchema)]
pub(crate) struct Texts {
    /// 事象: what happened.
    what: String,
    /// 原因: why.
    why: String,
    /// 対処: what to do now.
    remedy: String,
}

/// The stable code of a problem.
pub(crate) struct Code;

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        "ProblemCode".into()
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let codes: Object = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Stable: programs decide by it."))
            .enum_values(Some(CODES.map(ProblemCode::as_str)))
            .build();
        codes.into()
    }
}
