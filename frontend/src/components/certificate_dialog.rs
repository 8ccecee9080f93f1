//! A drawing of the dialog in which the browser asks for a certificate, so that nobody is surprised by it. What is drawn is
//! also said. Not here: the dialog itself, which belongs to the browser.

use crate::components::element::{El, classed, worded};
use crate::language::{fill, tell, words};

/// The drawing, with the issuer by which the right certificate is recognised.
pub(crate) fn certificate_dialog(issuer: Option<String>) -> El {
    let row = classed("div", "dialog-drawing__row")
        .child(worded(
            "span",
            "dialog-drawing__owner",
            words!(certificate.dialog_owner),
        ))
        .maybe(
            issuer
                .clone()
                .map(|issuer| classed("span", "dialog-drawing__issuer").text(issuer)),
        );
    let buttons = classed("div", "dialog-drawing__buttons")
        .child(worded(
            "span",
            "dialog-drawing__button dialog-drawing__button--main",
            words!(certificate.dialog_ok),
        ))
        .child(worded(
            "span",
            "dialog-drawing__button",
            words!(certificate.dialog_cancel),
        ));
    let drawing = classed("div", "dialog-drawing")
        .attr("aria-hidden", "true")
        .child(worded(
            "div",
            "dialog-drawing__title",
            words!(certificate.dialog_title),
        ))
        .child(worded(
            "div",
            "dialog-drawing__text",
            words!(certificate.dialog_text),
        ))
        .child(row)
        .child(buttons);
    let caption = tell(move |locale| match &issuer {
        Some(issuer) => fill(words!(certificate.dialog_caption)(locale), &[("issuer", issuer)]),
        None => words!(certificate.dialog_caption_plain)(locale).to_owned(),
    });
    classed("figure", "certificate-ahead__drawing")
        .child(drawing)
        .child(classed("figcaption", "certificate-ahead__caption").tell(caption))
}
