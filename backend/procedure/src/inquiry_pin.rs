//! 照会用暗証番号: a PIN that has the right form, on its way between page, core and vault.
//! Not here: sealing (`renkei-vault`), and whether the PIN is right (`renkei-bank` asks the core).

use renkei_shared::inquiry_pin::{PIN_DIGITS, PinFormatError, parse};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Four digits. It neither prints, compares nor serialises, and its memory is cleared when it is dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct InquiryPin([u8; PIN_DIGITS]);

impl InquiryPin {
    /// Reads what a person typed; full-width digits are accepted and converted.
    ///
    /// # Errors
    /// [`PinFormatError`] where the text is not four digits.
    pub fn parse(typed: &str) -> Result<Self, PinFormatError> {
        parse(typed).map(Self)
    }

    /// The four ASCII digits, for the core's check and for sealing; nothing else may ask.
    pub const fn expose(&self) -> &[u8; PIN_DIGITS] {
        &self.0
    }

    /// The same PIN once more, where two rooms need it for a moment.
    #[must_use]
    pub const fn duplicate(&self) -> Self {
        Self(self.0)
    }
}
