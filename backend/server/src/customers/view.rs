//! What a customer session shows at its current step.
//! Not here: rules; a view only says what is.

use crate::linkage::inquiry_accounts::label;
use crate::login::{login_view, password_view};
use crate::services::App;
use crate::web::problem::Problem;
use renkei_procedure::customer_session::{CustomerSession, CustomerStep};
use renkei_procedure::login::Login;
use renkei_procedure::permission::last_day_before;
use renkei_procedure::time::Instant;
use renkei_shared::customers::{CustomerSessionView, CustomerStepView, LinkagesView, PermittedLinkage};
use renkei_shared::linkage::CustomerView;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::Business;
use renkei_store::{GrantInForce, UserRecord};

use crate::runs::RunState as _;

/// The view at this moment.
pub(super) async fn view(
    app: &App,
    version: u64,
    state: &CustomerSession,
) -> Result<CustomerSessionView, Problem> {
    let now = app.ambient.now();
    if state.is_over() || state.deadline().has_passed(now) {
        return Err(ProblemCode::SessionRequired.into());
    }
    let user = match state.user() {
        Some(user) => app.store.users().find(user).await?,
        None => None,
    };
    let expires_at = state.deadline().expires_at();
    Ok(CustomerSessionView {
        version,
        expires_at: expires_at.to_japan_rfc3339(),
        remaining_seconds: now.until(expires_at).as_secs(),
        step: step_view(app, state, user.as_ref(), now).await?,
        customer: user.map(|user| CustomerView {
            company: user.company,
            name: user.name,
        }),
    })
}

async fn step_view(
    app: &App,
    state: &CustomerSession,
    user: Option<&UserRecord>,
    now: Instant,
) -> Result<CustomerStepView, Problem> {
    Ok(match state.step() {
        CustomerStep::Login(Login::Certificate { failure }) => {
            CustomerStepView::CertificateLogin(login_view(app, failure.as_ref()))
        }
        // The list needs nothing of the core.
        CustomerStep::Login(Login::Password(verified)) => {
            CustomerStepView::Password(password_view(app, verified, user, None, now))
        }
        CustomerStep::Linkages(login) => {
            let grants = app.store.grants().in_force_for_user(login.user(), now).await?;
            CustomerStepView::Linkages(LinkagesView {
                linkages: grants.iter().map(permitted).collect(),
            })
        }
        CustomerStep::Ended => return Err(ProblemCode::SessionRequired.into()),
    })
}

fn permitted(in_force: &GrantInForce) -> PermittedLinkage {
    let grant = &in_force.grant;
    PermittedLinkage {
        grant_id: grant.id.to_string(),
        reference: grant.reference.to_string(),
        partner_name: in_force.partner.name.clone(),
        partner_legal_name: in_force.partner.legal_name.clone(),
        businesses: grant
            .businesses
            .iter()
            .filter_map(|scope| Business::from_scope(scope))
            .collect(),
        accounts: in_force.accounts.iter().map(label).collect(),
        permitted_at: grant.permitted_at.to_japan_rfc3339(),
        last_day: last_day_before(grant.expires_at).to_string(),
        last_access_at: grant.last_access_at.map(Instant::to_japan_rfc3339),
    }
}
