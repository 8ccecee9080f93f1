//! A client certificate as a person can recognise it.

use crate::dates;
use crate::language::{fill, say, tell, words};
use leptos::prelude::*;
use renkei_shared::linkage::CertificateView;

/// Subject, serial number, issuer and validity.
#[component]
pub(crate) fn CertificateCard(certificate: CertificateView) -> impl IntoView {
    let CertificateView {
        subject,
        serial,
        issuer,
        not_before,
        not_after,
    } = certificate;
    let validity = tell(move |locale| {
        let (from, until) = (
            dates::moment(&not_before, locale),
            dates::moment(&not_after, locale),
        );
        fill(
            words!(certificate.range)(locale),
            &[("from", &from), ("until", &until)],
        )
    });
    view! {
        <dl class="facts facts--compact">
            <div class="facts__row">
                <dt>{say(words!(certificate.subject))}</dt>
                <dd>{subject}</dd>
            </div>
            <div class="facts__row">
                <dt>{say(words!(certificate.serial))}</dt>
                <dd>{serial}</dd>
            </div>
            <div class="facts__row">
                <dt>{say(words!(certificate.issuer))}</dt>
                <dd>{issuer}</dd>
            </div>
            <div class="facts__row">
                <dt>{say(words!(certificate.validity))}</dt>
                <dd>{validity}</dd>
            </div>
        </dl>
    }
}
