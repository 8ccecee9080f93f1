//! 手順3: the registration of inquiry PINs. Only ticked rows are sent; typing a PIN ticks its row.

use crate::acts::Acts;
use crate::browser;
use crate::components::account_table::{AccountTable, Row, account_table};
use crate::components::button::{SECONDARY, act_button, button_row, submit_button};
use crate::components::element::{El, classed, el, worded};
use crate::language::{Words, fill, tell, words};
use crate::steps::{cancel_button, form};
use crate::trouble::{FieldTrouble, Message, Trouble};
use leptos::prelude::*;
use renkei_shared::inquiry_pin::{PinFormatError, parse};
use renkei_shared::linkage::{InquiryPinsAct, PinEntry, PinRegistrationView, PlainAct};
use renkei_shared::secret::SecretText;

/// The step.
pub(crate) fn pin_registration(view: PinRegistrationView, acts: Acts, cancel: Callback<()>) -> El {
    let PinRegistrationView { accounts, can_skip } = view;
    let rows: Vec<Row> = accounts.into_iter().map(Row::taking_pin).collect();
    let AccountTable { parts, shown } = account_table(rows.clone(), words!(accounts.caption), acts);
    let rows = StoredValue::new(rows);
    clear_when_over(rows, acts);
    let submit = move || {
        let Checked { pins, faults } = rows.with_value(|rows| check(rows));
        if faults.is_empty() {
            acts.perform("inquiry-pins", |version, act_id| InquiryPinsAct {
                version,
                act_id,
                pins,
            });
        } else {
            acts.trouble().set(Some(Trouble::Fields(faults)));
        }
    };
    let skip = move || acts.perform("confirm", |version, act_id| PlainAct { version, act_id });
    let count = tell(move |locale| {
        let shown = shown.get();
        let (ticked, hidden) = (shown.all_ticked(), shown.hidden_ticked);
        if hidden == 0 {
            fill(words!(accounts.ticked)(locale), &[("n", &ticked)])
        } else {
            fill(
                words!(accounts.ticked_hidden)(locale),
                &[("n", &ticked), ("hidden", &hidden)],
            )
        }
    });
    let remarks = classed("ul", "remarks")
        .child(el("li").say(words!(pins.each)))
        .maybe(can_skip.then(|| el("li").say(words!(pins.skip_hint))))
        .child(el("li").say(words!(pins.privacy)));
    let buttons = button_row()
        .child(cancel_button(cancel))
        .maybe(can_skip.then(|| act_button(SECONDARY, words!(pins.skip), acts, "confirm", skip)))
        .child(submit_button(words!(pins.register), acts, "inquiry-pins"));
    form(submit)
        .child(worded("p", "lead", words!(pins.lead)))
        .child(remarks)
        .children(parts)
        .child(
            classed("div", "submit-bar")
                .child(classed("p", "ticked-count").attr("role", "status").tell(count))
                .child(buttons),
        )
}

/// What a submission came to before it is sent: either it is empty of faults, or it is not sent.
#[derive(Default)]
struct Checked {
    pins: Vec<PinEntry>,
    faults: Vec<FieldTrouble>,
}

/// Reads the ticked rows, hides what was shown, and checks the form of each PIN as the server will.
fn check(rows: &[Row]) -> Checked {
    let mut checked = Checked::default();
    let mut ticked_any = false;
    for row in rows {
        let Some(entry) = row.entry else { continue };
        entry.shown.set(false);
        if !entry.ticked.get_untracked() {
            continue;
        }
        ticked_any = true;
        let typed = SecretText::new(browser::input_value(&row.pin_id()));
        match parse(typed.expose()) {
            Ok(_) => {
                checked.pins.push(PinEntry {
                    account_id: row.account.account_id.clone(),
                    pin: typed,
                });
            }
            Err(error) => checked.faults.push(FieldTrouble {
                target: row.pin_id(),
                account: Some(row.account.label.clone()),
                message: Message::Own(fault(error)),
            }),
        }
    }
    if !ticked_any {
        let first = rows.iter().find(|row| row.entry.is_some());
        checked.faults.push(FieldTrouble {
            target: first.map(Row::tick_id).unwrap_or_default(),
            account: None,
            message: Message::Own(words!(pins.none_ticked)),
        });
    }
    checked
}

fn fault(error: PinFormatError) -> Words {
    match error {
        PinFormatError::Empty => words!(pins.empty),
        PinFormatError::NotDigits => words!(pins.not_digits),
        PinFormatError::WrongLength => words!(pins.wrong_length),
    }
}

/// PINs leave their fields when the server has answered, whatever it answered.
fn clear_when_over(rows: StoredValue<Vec<Row>>, acts: Acts) {
    acts.when_over("inquiry-pins", move || {
        rows.with_value(|rows| {
            for row in rows.iter().filter(|row| row.entry.is_some()) {
                browser::clear_input(&row.pin_id());
            }
        });
    });
}
