//! The form of an inquiry PIN (照会用暗証番号（半角数字4桁）), checked alike by the page and by the server.
//! Not here: whether the PIN is right; only the core banking system knows that.

/// Number of digits of an inquiry PIN.
pub const PIN_DIGITS: usize = 4;

/// Why a text cannot be an inquiry PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinFormatError {
    /// Nothing was typed.
    Empty,
    /// Something other than half-width or full-width digits was typed.
    NotDigits,
    /// Digits, but not four of them.
    WrongLength,
}

/// Reads four digits; full-width digits (U+FF10 to U+FF19) count as their half-width twins, as people on a
/// Japanese keyboard type them without noticing. White space around them goes: it comes along when a PIN is pasted.
///
/// # Errors
/// [`PinFormatError`] says what is wrong with the form; nothing else is accepted, not even white space between digits.
pub fn parse(typed: &str) -> Result<[u8; PIN_DIGITS], PinFormatError> {
    let mut digits = [0_u8; PIN_DIGITS];
    let mut count = 0_usize;
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(PinFormatError::Empty);
    }
    for character in typed.chars() {
        let digit = match character {
            '0'..='9' => character as u32 - '0' as u32,
            '０'..='９' => character as u32 - '０' as u32,
            _ => return Err(PinFormatError::NotDigits),
        };
        if let Some(slot) = digits.get_mut(count) {
            *slot = b'0' + u8::try_from(digit).unwrap_or_default();
        }
        count = count.saturating_add(1);
    }
    if count == PIN_DIGITS {
        Ok(digits)
    } else {
        Err(PinFormatError::WrongLength)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn half_and_full_width_digits_are_the_same_pin() {
        assert_eq!(parse("1234"), Ok(*b"1234"));
        assert_eq!(parse("１２３４"), Ok(*b"1234"));
        assert_eq!(parse("1２3４"), Ok(*b"1234"));
    }

    #[test]
    fn white_space_that_was_pasted_along_goes() {
        for pasted in [" 1234", "1234\n", "\t１２３４\u{3000}"] {
            assert_eq!(parse(pasted), Ok(*b"1234"), "{pasted:?}");
        }
    }

    #[test]
    fn anything_else_is_named() {
        assert_eq!(parse(""), Err(PinFormatError::Empty));
        assert_eq!(parse("123"), Err(PinFormatError::WrongLength));
        assert_eq!(parse("12345"), Err(PinFormatError::WrongLength));
        assert_eq!(parse("12a4"), Err(PinFormatError::NotDigits));
        assert_eq!(parse("12 34"), Err(PinFormatError::NotDigits));
        assert_eq!(parse("\u{3000}"), Err(PinFormatError::Empty));
        assert_eq!(parse("12\u{0}4"), Err(PinFormatError::NotDigits));
        assert_eq!(
            parse("١٢٣٤"),
            Err(PinFormatError::NotDigits),
            "Arabic-Indic digits are not on file"
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_only_four_digits_pass(text in ".*") {
            let bare = text.trim();
            let four_digits = bare.chars().count() == 4
                && bare.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c));
            prop_assert_eq!(parse(&text).is_ok(), four_digits);
        }
    }
}
