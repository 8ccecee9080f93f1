//! `renkei grant`: a permission as support sees it while the customer is on the telephone.
//! Not here: ending it, which is the customer's act, or that of `renkei partner` for all of a partner's.

use super::{ConfigPath, open, say};
use crate::ambient::Ambient;
use crate::linkage::inquiry_accounts::label;
use anyhow::Context as _;
use clap::Subcommand;
use renkei_procedure::permission::last_day_before;
use renkei_procedure::reference::GrantReference;
use renkei_procedure::time::Instant;
use renkei_store::{GrantRecord, GrantStatus, Store};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the permission with this reference number (受付番号), whether it is in force or over.
    Show {
        #[command(flatten)]
        config: ConfigPath,
        /// As on the customer's receipt, such as `20261122-7K3M-9QXZ`; hyphens and case do not matter.
        reference: GrantReference,
    },
}

impl Command {
    pub(crate) async fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        let Self::Show { config, reference } = self;
        let (_, store) = open(&config.config).await?;
        let grant = store.grants().find_by_reference(&reference).await?;
        let grant = grant.with_context(|| format!("there is no permission {reference}"))?;
        for line in described(&store, &grant, ambient.now()).await? {
            say(line);
        }
        Ok(())
    }
}

/// One line a fact. Account numbers are shown, as staff must be able to compare them; secrets there are none.
async fn described(store: &Store, grant: &GrantRecord, now: Instant) -> anyhow::Result<Vec<String>> {
    let user = store.users().find(grant.user_id).await?;
    let partner = store.partners().find(&grant.partner_id).await?;
    let mut lines = vec![
        format!("reference\t{}", grant.reference),
        format!("status\t{}", status(grant.status(now))),
        format!("permitted\t{}", grant.permitted_at.to_japan_rfc3339()),
        format!("last day\t{}", last_day_before(grant.expires_at)),
    ];
    if let Some((at, _)) = grant.ended {
        lines.push(format!("ended\t{}", at.to_japan_rfc3339()));
    }
    if let Some(at) = grant.last_access_at {
        lines.push(format!("last access\t{}", at.to_japan_rfc3339()));
    }
    if let Some(user) = user {
        lines.push(format!(
            "customer\t{}\t{}\t{}",
            user.login_name, user.company, user.name
        ));
    }
    if let Some(partner) = partner {
        lines.push(format!(
            "partner\t{}\t{}\t{}",
            partner.client_id, partner.name, partner.legal_name
        ));
    }
    lines.push(format!("businesses\t{}", grant.businesses.join(" ")));
    for account in store.grants().accounts(grant.id).await? {
        lines.push(format!("account\t{}", label(&account)));
    }
    lines.push(format!("linkage\t{}", grant.linkage_id));
    lines.push(format!("grant\t{}", grant.id));
    Ok(lines)
}

fn status(status: GrantStatus) -> String {
    match status {
        GrantStatus::Pending => "pending: the partner has not redeemed its code".to_owned(),
        GrantStatus::Active => "in force".to_owned(),
        GrantStatus::Expired => "expired".to_owned(),
        GrantStatus::Ended(reason) => format!("ended: {}", reason.as_str()),
    }
}
