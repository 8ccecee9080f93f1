//! Pages for what went wrong, in words.
//! Not here: the words of single errors.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

use super::layout;
use super::words::{self, Words};
use crate::accounts::ApiError;
use crate::linking::{AnswerError, LinkError};

/// Why a request has no ordinary answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("no such page")]
    NotFound,
    #[error("nothing is linked in this session")]
    NotLinked,
    #[error("the form is not from a page of this session")]
    ForgedForm,
    #[error("the answer belongs to nothing that was asked in this session")]
    UnknownAnswer,
    #[error(transparent)]
    Answer(#[from] AnswerError),
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error("unlinking failed: {0}")]
    UnlinkFailed(#[source] LinkError),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error("the input is not usable")]
    BadInput(&'static str),
    #[error("internal")]
    Internal,
}

impl Trouble {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::ForgedForm => StatusCode::FORBIDDEN,
            Self::UnknownAnswer | Self::Answer(_) | Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Api(ApiError::RegistrationRequired) => StatusCode::CONFLICT,
            Self::Api(ApiError::Problem { status, .. }) if status.is_client_error() => *status,
            Self::NotLinked | Self::Link(_) | Self::UnlinkFailed(_) | Self::Api(_) => StatusCode::BAD_GATEWAY,
        }
    }

    fn words(&self) -> Words {
        let plain = |what: &str, remedy| Words {
            what: what.to_owned(),
            remedy,
        };
        match self {
            Self::NotFound => plain(
                "ページが見つかりません。",
                "アドレスを確かめるか、ホームへお戻りください。",
            ),
            Self::NotLinked => plain("銀行口座が連携されていません。", "ホームから連携してください。"),
            Self::ForgedForm => plain(
                "操作を確認できませんでした。",
                "ページの有効期限が切れたか、別のサイトからの操作です。ホームに戻ってやり直してください。",
            ),
            Self::UnknownAnswer => plain(
                "この連携の手続きは、このブラウザで始められたものではないか、すでに終わっています。",
                "安全のため受け付けませんでした。ホームから、もう一度連携してください。",
            ),
            Self::Answer(AnswerError::Malformed) => plain(
                "銀行からの応答が正しくありません。",
                "安全のため受け付けませんでした。ホームから、もう一度連携してください。",
            ),
            Self::Answer(AnswerError::WrongIssuer) => plain(
                "応答の送り主が、連携を申し込んだ銀行ではありません。",
                "安全のため受け付けませんでした。ホームから、もう一度連携してください。",
            ),
            Self::Link(error) => words::link_error(error),
            Self::UnlinkFailed(error) => {
                let cause = words::link_error(error);
                Words {
                    what: format!("連携を解除できませんでした。{}", cause.what),
                    remedy: cause.remedy,
                }
            }
            Self::Api(error) => words::api_error(error),
            Self::BadInput(what) => plain(what, "入力を直して、もう一度お試しください。"),
            Self::Internal => plain(
                "会計ソフトで問題が起きました。",
                "しばらくしてから、もう一度お試しください。",
            ),
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        // The home page says that the link has ended, and offers to link again.
        if matches!(
            self,
            Self::NotLinked | Self::Link(LinkError::Ended) | Self::Api(ApiError::Link(LinkError::Ended))
        ) {
            return Redirect::to("/").into_response();
        }
        let status = self.status();
        let cause = std::error::Error::source(&self).map(ToString::to_string);
        if status.is_server_error() {
            tracing::warn!(%status, error = %self, cause, "a page could not be answered");
        } else {
            tracing::info!(%status, error = %self, "a request was refused");
        }
        let content = html! {
            (layout::message("error", &self.words()))
            p { a href="/" { "ホームへ戻る" } }
        };
        (status, layout::page("ご確認ください", &content)).into_response()
    }
}
