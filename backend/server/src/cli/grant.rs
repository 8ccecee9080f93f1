//! `renkei grant`: permissions, as staff find them by the number that a customer reads to them.
//! Not here: ending one, which the customer or the partner does.

use super::{ConfigPath, open, say};
use crate::ambient::Ambient;
use anyhow::{Context as _, bail};
use clap::Subcommand;
use renkei_procedure::identity::GrantId;
use renkei_procedure::permission::last_day_before;
use renkei_procedure::reference::Reference;
use renkei_procedure::time::Instant;
use renkei_shared::vocabulary::Language;
use renkei_store::{GrantStatus, Store, WholeGrant};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what a permission is about and how it stands.
    Show {
        #[command(flatten)]
        config: ConfigPath,
        /// The reference number (受付番号), such as 20261201-K7QX-M2PD; case and hyphens do not matter.
        reference: Reference,
    },
}

impl Command {
    pub(crate) async fn run(self, ambient: &Ambient) -> anyhow::Result<()> {
        let Self::Show { config, reference } = self;
        let (_, store) = open(&config.config).await?;
        let grants = numbered(&store, &reference).await?;
        if grants.is_empty() {
            bail!("no permission on file bears the number {reference}");
        }
        for grant in grants {
            let whole = store
                .grants()
                .whole(grant)
                .await?
                .context("the permission is gone")?;
            let user = store.users().find(whole.grant.user_id).await?;
            let user = user.context("the user is gone")?;
            say(format_args!(
                "user\t{} ({} {})",
                user.login_name, user.company, user.name
            ));
            show(&whole, ambient.now());
        }
        Ok(())
    }
}

/// The grants of a number: one, but for a rare chance.
async fn numbered(store: &Store, reference: &Reference) -> anyhow::Result<Vec<GrantId>> {
    let of_the_day = store.grants().permitted_on(reference.day()).await?;
    Ok(of_the_day
        .into_iter()
        .filter(|grant| Reference::of(grant.id, grant.permitted_at) == *reference)
        .map(|grant| grant.id)
        .collect())
}

fn show(whole: &WholeGrant, now: Instant) {
    let grant = &whole.grant;
    say(format_args!(
        "partner\t{} ({})",
        grant.partner_id, whole.partner.name
    ));
    say(format_args!("grant_id\t{}", grant.public_id));
    say(format_args!("scope\t{}", grant.scope));
    for account in &whole.accounts {
        let label = crate::linkage::inquiry_accounts::label(account);
        say(format_args!("account\t{}", label.display(Language::Ja)));
    }
    say(format_args!(
        "permitted\t{}",
        grant.permitted_at.to_japan_rfc3339()
    ));
    say(format_args!("last day\t{}", last_day_before(grant.expires_at)));
    let access = grant.last_access_at.map(Instant::to_japan_rfc3339);
    say(format_args!(
        "last access\t{}",
        access.as_deref().unwrap_or("never")
    ));
    say(format_args!(
        "status\t{}",
        match grant.status(now) {
            GrantStatus::Pending => "pending: the partner has not redeemed its code".to_owned(),
            GrantStatus::Active => "in force".to_owned(),
            GrantStatus::Expired => "over: its time was up".to_owned(),
            GrantStatus::Ended(reason) => format!("over: {}", reason.as_str()),
        }
    ));
}
