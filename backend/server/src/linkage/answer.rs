//! An act from its claim to its answer: the next view, or where the browser goes.
//! Not here: what acts do (`acts`), what a view shows (`view`), what partners are told (`reply`).

use super::acts::{Act, carry_out};
use super::reply::{address, permitted, refused};
use super::{StoredLinkage, view};
use crate::login::attempt_url;
use crate::runs::{ActId, Claim, Key, StoredOutcome, Turn, TurnEnd};
use crate::services::{App, Services};
use crate::web::problem::Problem;
use axum::http::{HeaderMap, HeaderValue};
use renkei_procedure::identity::LinkageId;
use renkei_shared::linkage::{ActAnswer, Redirect};
use renkei_shared::problem::ProblemCode;
use tracing::Instrument as _;

/// The linkage that an address names.
pub(super) fn linkage_id(text: &str) -> Result<LinkageId, Problem> {
    text.parse().map_err(|_| ProblemCode::NotFound.into())
}

/// Claims, carries out and answers, with the browser's next cookie where it changes. It runs to its end even if the browser
/// goes away, so that an act is never left half done.
pub(super) async fn answered(
    app: &App,
    id: LinkageId,
    headers: &HeaderMap,
    version: u64,
    act_id: String,
    act: Act,
) -> Result<(ActAnswer, Option<HeaderValue>), Problem> {
    let act_id = ActId::check(act_id)?;
    let (app, headers) = (App::clone(app), headers.clone());
    let work = async move {
        let claim = Turn::claim(&app, Key::Linkage(id), &headers, version, &act_id, act.name()).await?;
        let end = match claim {
            Claim::Turn(mut turn) => {
                let hold = turn.hold();
                let result = hold.during(&app, carry_out(&app, id, &mut turn, act)).await;
                turn.end(&app, result).await?
            }
            Claim::Replay(end) => *end,
        };
        let cookie = end.cookie.clone();
        Ok((answer(&app, id, end).await?, cookie))
    };
    tokio::spawn(work.in_current_span())
        .await
        .map_err(|_| ProblemCode::InternalError)?
}

/// The answer to an act that is over.
async fn answer(
    app: &Services,
    id: LinkageId,
    end: TurnEnd<'_, StoredLinkage>,
) -> Result<ActAnswer, Problem> {
    let state = &end.state;
    let redirect_to = match end.outcome {
        StoredOutcome::View | StoredOutcome::LoggedOut => None,
        StoredOutcome::Certificate { number } => Some(attempt_url(app, &end.values, number)?),
        StoredOutcome::HandOver => {
            let url = address(app, id, state, permitted(app, &end.values, state)?).await?;
            Some(url.ok_or(ProblemCode::AuthorizationRequestInvalid)?)
        }
        StoredOutcome::Cancelled => address(app, id, state, refused(app, state)).await?,
        StoredOutcome::Problem(problem) => return Err(Problem::from(*problem)),
    };
    Ok(match redirect_to {
        Some(redirect_to) => ActAnswer::Redirect(Redirect { redirect_to }),
        None => ActAnswer::View(Box::new(view::view(app, id, end.version, state).await?)),
    })
}
