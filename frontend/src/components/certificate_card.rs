//! A client certificate as a person can recognise it.

use crate::components::element::{El, classed, el};
use crate::components::facts::{fact, fact_of};
use crate::dates;
use crate::language::{fill, tell, words};
use renkei_shared::linkage::CertificateView;

/// Subject, serial number, issuer and validity.
pub(crate) fn certificate_card(certificate: CertificateView) -> El {
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
    classed("dl", "facts facts--compact")
        .child(fact(words!(certificate.subject), subject))
        .child(fact(words!(certificate.serial), serial))
        .child(fact(words!(certificate.issuer), issuer))
        .child(fact_of(words!(certificate.validity), el("span").tell(validity)))
}
