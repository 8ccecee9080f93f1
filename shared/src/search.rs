//! How a search compares texts: what people type differently and mean alike becomes one text.
//! Not here: the compatibility form and lower case (Unicode's tables; the browser has them), and what is searched.

/// One text for all spellings that count as the same: hiragana as katakana, small kana as large ones (サッポロ is
/// サツポロ in the banks' own files), and every dash, minus and long-vowel mark as `-`.
///
/// The text is in Unicode's compatibility form (NFKC) and lower case already, so that half-width kana are full-width here.
pub fn fold_kana(text: &str) -> String {
    text.chars()
        .map(|character| dash(large(katakana(character))))
        .collect()
}

/// ぁ to ゖ, and the marks of repetition, stand in the same order in both blocks.
fn katakana(character: char) -> char {
    match character {
        'ぁ'..='ゖ' | 'ゝ'..='ゞ' => shifted(character, 0x60),
        _ => character,
    }
}

fn shifted(character: char, by: u32) -> char {
    char::from_u32(u32::from(character).saturating_add(by)).unwrap_or(character)
}

/// The large twin of a small katakana; those of U+31F0 and on spell names of Ainu origin, such as ピㇼカ.
fn large(character: char) -> char {
    match character {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ヵ' => 'カ',
        'ㇰ' => 'ク',
        'ヶ' => 'ケ',
        'ㇱ' => 'シ',
        'ㇲ' => 'ス',
        'ッ' => 'ツ',
        'ㇳ' => 'ト',
        'ㇴ' => 'ヌ',
        'ㇵ' => 'ハ',
        'ㇶ' => 'ヒ',
        'ㇷ' => 'フ',
        'ㇸ' => 'ヘ',
        'ㇹ' => 'ホ',
        'ㇺ' => 'ム',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ㇻ' => 'ラ',
        'ㇼ' => 'リ',
        'ㇽ' => 'ル',
        'ㇾ' => 'レ',
        'ㇿ' => 'ロ',
        'ヮ' => 'ワ',
        _ => character,
    }
}

/// Hyphens and dashes, minus signs, box-drawing lines that look like them, long-vowel marks, wave dashes.
fn dash(character: char) -> char {
    match character {
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{2500}'
        | '\u{2501}'
        | 'ー'
        | 'ｰ'
        | '－'
        | '〜'
        | '～'
        | '~' => '-',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_are_one_text() {
        for (one, other) in [
            ("サッポロ", "サツポロ"),
            ("さっぽろ", "サツポロ"),
            ("キョウワ", "キヨウワ"),
            ("フォーラム", "フオ-ラム"),
            ("フォ−ラム", "フォｰラム"),
            ("千ヶ原", "千ケ原"),
            ("ピㇼカ", "ピリカ"),
            ("いすゞ", "イスヾ"),
            ("03‐1234―5678", "03-1234-5678"),
            ("9〜17", "9~17"),
        ] {
            assert_eq!(fold_kana(one), fold_kana(other), "{one} {other}");
        }
    }

    #[test]
    fn what_sounds_otherwise_stays_apart() {
        for (one, other) in [
            ("ハシ", "バシ"),
            ("ホテル", "ポテル"),
            ("一号", "-号"),
            ("札幌", "サツポロ"),
        ] {
            assert_ne!(fold_kana(one), fold_kana(other), "{one} {other}");
        }
        assert_eq!(fold_kana("空知 abc 001"), "空知 abc 001");
    }

    proptest! {
        #[test]
        fn folded_is_folded(text in ".*") {
            let folded = fold_kana(&text);
            prop_assert_eq!(fold_kana(&folded), folded.clone());
            prop_assert_eq!(folded.chars().count(), text.chars().count());
        }
    }
}
